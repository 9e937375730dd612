from django.urls import path  # noqa: F401

app_name = "share_requests"
urlpatterns: list = []
