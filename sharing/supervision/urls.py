"""One path per verb of a 督办单."""

from django.urls import path

from sharing.supervision import views

app_name = "supervision"
urlpatterns = [
    path("", views.index, name="list"),
    path("overdue/", views.overdue, name="overdue"),
    path("issue/", views.issue, name="issue"),
    path("departments/", views.departments, name="departments"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/answer/", views.answer, name="answer"),
    path("<int:pk>/return/", views.return_, name="return"),
    path("<int:pk>/close/", views.close, name="close"),
    path("<int:pk>/cancel/", views.cancel, name="cancel"),
]
