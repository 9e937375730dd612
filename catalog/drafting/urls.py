"""从数据生成目录."""

from django.urls import path

from catalog.drafting import views

app_name = "drafting"
urlpatterns = [
    path("", views.home, name="home"),
    path("file/", views.read_file, name="read_file"),
    path("database/", views.read_database, name="read_database"),
    path("<int:pk>/", views.run, name="run"),
    path("<int:pk>/discard/", views.discard, name="discard"),
    path("tables/<int:pk>/", views.table, name="table"),
]
