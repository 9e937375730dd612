"""The portal's own pages."""

from django.urls import path

from gdshare.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("todo/", views.todo, name="todo"),
    path("search/", views.search, name="search"),
    path("developer/", views.developer, name="developer"),
]
