"""查找: one line per verb."""

from django.urls import path

from catalog.finding import views

app_name = "finding"
urlpatterns = [
    path("resources/<int:pk>/marks/", views.marks, name="marks"),
    path("resources/<int:pk>/related/", views.related, name="related"),
    path("resources/<int:pk>/seen/", views.note_view, name="note_view"),
    path("resources/<int:pk>/star/", views.star, name="star"),
    path("resources/<int:pk>/unstar/", views.unstar, name="unstar"),
    path("resources/<int:pk>/follow/", views.follow, name="follow"),
    path("resources/<int:pk>/unfollow/", views.unfollow, name="unfollow"),
    path("searches/save/", views.save_search, name="save_search"),
    path("searches/<int:pk>/", views.open_search, name="open_search"),
    path("searches/<int:pk>/silence/", views.silence_search, name="silence_search"),
    path("searches/<int:pk>/wake/", views.wake_search, name="wake_search"),
    path("searches/<int:pk>/delete/", views.delete_search, name="delete_search"),
]
