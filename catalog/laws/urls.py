"""法规库: one line per verb."""

from django.urls import path

from catalog.laws import views

app_name = "laws"
urlpatterns = [
    path("laws/", views.list_, name="list"),
    path("laws/add/", views.add, name="add"),
    path("laws/<int:pk>/change/", views.change, name="change"),
    path("laws/<int:pk>/close/", views.close, name="close"),
    path("laws/<int:pk>/remove/", views.remove, name="remove"),
]
