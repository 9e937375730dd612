"""One path per verb of a 数据不一致比对."""

from django.urls import path

from sharing.conflicts import views

app_name = "conflicts"
urlpatterns = [
    path("", views.index, name="list"),
    path("of/<int:pk>/", views.choose, name="choose"),
    path("of/<int:pk>/with/<int:other>/", views.open_, name="open"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/cancel/", views.cancel, name="cancel"),
    path("<int:pk>/items/<int:item>/", views.look, name="look"),
    path("<int:pk>/items/<int:item>/decide/", views.decide, name="decide"),
]
