"""下架: one line per verb."""

from django.urls import path

from catalog.withdrawals import views

app_name = "withdrawals"
urlpatterns = [
    path("withdrawals/", views.list_, name="list"),
    path("withdrawals/new/<int:pk>/", views.open_, name="open"),
    path("withdrawals/<int:pk>/", views.detail, name="detail"),
    path("withdrawals/<int:pk>/answer/", views.answer, name="answer"),
    path("withdrawals/<int:pk>/file/", views.file, name="file"),
    path("withdrawals/<int:pk>/call-off/", views.call_off, name="call_off"),
]
