"""字典: one line per verb."""

from django.urls import path

from catalog.taxonomy import views

app_name = "taxonomy"
urlpatterns = [
    path("dictionaries/", views.dictionaries, name="dictionaries"),
    path("dictionaries/add/", views.add_term, name="add_term"),
    path("dictionaries/<int:pk>/change/", views.change_term, name="change_term"),
    path("dictionaries/<int:pk>/retire/", views.retire_term, name="retire_term"),
    path("dictionaries/<int:pk>/restore/", views.restore_term, name="restore_term"),
    path("dictionaries/<int:pk>/move/", views.move_term, name="move_term"),
    path("dictionaries/<int:pk>/remove/", views.remove_term, name="remove_term"),
    path("synonyms/", views.synonyms, name="synonyms"),
    path("synonyms/add/", views.add_synonym, name="add_synonym"),
    path("synonyms/<int:pk>/remove/", views.remove_synonym, name="remove_synonym"),
]
