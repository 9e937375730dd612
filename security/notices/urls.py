from django.urls import path

from security.notices import views

app_name = "notices"
urlpatterns = [
    path("notices/", views.list_, name="list"),
    path("notices/read-all/", views.read_all, name="read_all"),
    path("notices/pace/", views.choose_pace, name="choose_pace"),
    path("notices/<int:pk>/read/", views.read, name="read"),
    path("console/dispatches/", views.dispatches, name="dispatches"),
    path("console/dispatches/<int:pk>/send-again/", views.send_again, name="send_again"),
]
