"""One path per verb of a 目录外需求."""

from django.urls import path

from sharing.demands import views

app_name = "demands"
urlpatterns = [
    path("", views.index, name="list"),
    path("submit/", views.submit, name="submit"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/route/", views.route, name="route"),
    path("<int:pk>/point/", views.point, name="point"),
    path("<int:pk>/refuse/", views.refuse, name="refuse"),
    path("<int:pk>/confirm/", views.confirm, name="confirm"),
    path("<int:pk>/decline/", views.decline, name="decline"),
    path("<int:pk>/compile/", views.compile_entry, name="compile"),
    path("<int:pk>/fulfil/", views.fulfil, name="fulfil"),
    path("<int:pk>/second/", views.second, name="second"),
    path("<int:pk>/withdraw/", views.withdraw, name="withdraw"),
]
