"""挂接: `pk` is the resource, except under versions/."""

from django.urls import path

from catalog.mounts import views

app_name = "mounts"
urlpatterns = [
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/upload/", views.upload, name="upload"),
    path("versions/<int:pk>/", views.version, name="version"),
    path("versions/<int:pk>/faults.csv", views.faults, name="faults"),
]
