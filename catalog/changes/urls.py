"""目录变更: one line per verb."""

from django.urls import path

from catalog.changes import views

app_name = "changes"
urlpatterns = [
    path("changes/", views.tasks, name="tasks"),
    path("changes/new/", views.record, name="record"),
    path("changes/<int:pk>/", views.task, name="task"),
    path("changes/<int:pk>/no-change/", views.propose_no_change, name="propose_no_change"),
    path("changes/<int:pk>/no-change/confirm/", views.confirm_no_change, name="confirm_no_change"),
    path("changes/<int:pk>/no-change/reject/", views.reject_no_change, name="reject_no_change"),
    path("changes/<int:pk>/extension/", views.ask_extension, name="ask_extension"),
    path("changes/<int:pk>/extension/decide/", views.decide_extension, name="decide_extension"),
]
