from django.urls import path

from sharing.deadlines import views

app_name = "deadlines"
urlpatterns = [path("<int:pk>/", views.explain, name="explain")]
