from django.urls import path

from sharing.deadlines import views

app_name = "deadlines"
urlpatterns = [
    path("<int:pk>/", views.explain, name="explain"),
    path("<int:pk>/file/", views.explain_file, name="explain_file"),
]
