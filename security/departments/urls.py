"""The directory of departments."""

from django.urls import path

from security.departments import views

app_name = "departments"
urlpatterns = [
    path("", views.directory, name="list"),
    path("create/", views.create, name="create"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/edit/", views.edit, name="edit"),
]
