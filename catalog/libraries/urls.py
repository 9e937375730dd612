"""主题库: one line per verb."""

from django.urls import path

from catalog.libraries import views

app_name = "libraries"
urlpatterns = [
    path("libraries/", views.list_, name="list"),
    path("libraries/new/", views.create, name="create"),
    path("libraries/<int:pk>/", views.detail, name="detail"),
    path("libraries/<int:pk>/change/", views.change, name="change"),
]
