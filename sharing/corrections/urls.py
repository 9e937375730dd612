"""One path per verb of a 校核申请."""

from django.urls import path

from sharing.corrections import views

app_name = "corrections"
urlpatterns = [
    path("", views.index, name="list"),
    path("report/<int:pk>/", views.report, name="report"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/accept/", views.accept, name="accept"),
    path("<int:pk>/mend/", views.mend, name="mend"),
    path("<int:pk>/refuse/", views.refuse, name="refuse"),
    path("<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("<int:pk>/acknowledge/", views.acknowledge, name="acknowledge"),
]
