from django.urls import path

from gdshare.rules import views

app_name = "rules"
urlpatterns = [
    path("", views.index, name="index"),
    path("calendar/", views.calendar, name="calendar"),
]
