"""代办: one line per verb."""

from django.urls import path

from security.covers import views

app_name = "covers"
urlpatterns = [
    path("covers/", views.list_, name="list"),
    path("covers/start/", views.start, name="start"),
    path("covers/<int:pk>/end/", views.end, name="end"),
]
