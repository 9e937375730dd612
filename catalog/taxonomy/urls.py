"""字典: one line per verb."""

from django.urls import path

from catalog.taxonomy import views

app_name = "taxonomy"
urlpatterns = [
    path("synonyms/", views.synonyms, name="synonyms"),
    path("synonyms/add/", views.add_synonym, name="add_synonym"),
    path("synonyms/<int:pk>/remove/", views.remove_synonym, name="remove_synonym"),
]
