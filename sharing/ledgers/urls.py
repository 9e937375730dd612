"""One path per verb of a 使用台账."""

from django.urls import path

from sharing.ledgers import views

app_name = "ledgers"
urlpatterns = [
    path("", views.index, name="list"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/write/", views.write, name="write"),
    path("<int:pk>/inspect/", views.inspect, name="inspect"),
    path("<int:pk>/answer/", views.answer, name="answer"),
    path("<int:pk>/export/", views.export, name="export"),
]
