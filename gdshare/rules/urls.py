from django.urls import path

from gdshare.rules import views

app_name = "rules"
urlpatterns = [
    path("", views.index, name="index"),
    path("calendar/", views.calendar, name="calendar"),
    path("drafts/begin/", views.begin_draft, name="begin_draft"),
    path("drafts/<int:pk>/", views.draft, name="draft"),
    path("drafts/<int:pk>/save/", views.save_draft, name="save_draft"),
    path("drafts/<int:pk>/publish/", views.publish, name="publish"),
    path("drafts/<int:pk>/discard/", views.discard_draft, name="discard_draft"),
]
