"""One page for every version of 使用承诺."""

from django.urls import path

from sharing.agreements import views

app_name = "agreements"
urlpatterns = [path("", views.index, name="list")]
