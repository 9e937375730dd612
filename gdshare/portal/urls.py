"""The portal's own pages."""

from django.urls import path

from gdshare.portal import favourites, views
from gdshare.portal.lists import views as lists
from gdshare.portal.search_export import search_export

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("todo/", views.todo, name="todo"),
    path("search/", views.search, name="search"),
    path("search/export/", search_export, name="search_export"),
    path("search/suggest/", views.suggest, name="suggest"),
    path("favourites/", favourites.favourites, name="favourites"),
    path("developer/", views.developer, name="developer"),
]
urlpatterns += [path(f"lists/{key}/", lists.show, {"key": key}, name=f"list_{key}") for key in lists.KINDS]
urlpatterns += [
    path(f"lists/{key}/export/", lists.export, {"key": key}, name=f"export_{key}") for key in lists.TAKEN_OUT
]
