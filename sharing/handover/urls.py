"""One path per page of 人员交接."""

from django.urls import path

from sharing.handover import views

app_name = "handover"
urlpatterns = [
    path("", views.index, name="list"),
    path("orphans/", views.orphans, name="orphans"),
    path("<int:pk>/", views.person, name="person"),
]
