"""留言模板."""

from django.urls import path

from sharing.messages import views

app_name = "messages"
urlpatterns = [
    path("templates/", views.index, name="templates"),
    path("templates/<int:pk>/", views.change, name="change"),
    path("templates/<int:pk>/retire/", views.retire, name="retire"),
]
