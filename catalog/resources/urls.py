"""目录: one line per verb."""

from django.urls import path

from catalog.resources import views

app_name = "resources"
urlpatterns = [
    path("resources/<int:pk>/", views.detail, name="detail"),
]
