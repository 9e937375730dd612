"""取用."""

from django.urls import path

from sharing.delivery import views

app_name = "delivery"
urlpatterns = [
    path("<int:pk>/", views.panel, name="panel"),
    path("<int:pk>/download/", views.download, name="download"),
    path("<int:pk>/preview/", views.preview, name="preview"),
]
