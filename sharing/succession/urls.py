"""One path per verb of a 机构变更."""

from django.urls import path

from sharing.succession import views

app_name = "succession"
urlpatterns = [
    path("", views.index, name="list"),
    path("<int:pk>/change/", views.change, name="change"),
    path("<int:pk>/carry-roles/", views.carry_roles, name="carry_roles"),
]
