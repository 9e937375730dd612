from django.urls import path

from security.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.list_, name="list"),
    path("read-all/", views.read_all, name="read_all"),
    path("<int:pk>/read/", views.read, name="read"),
]
