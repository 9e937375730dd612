"""One path per verb of a 争议."""

from django.urls import path

from sharing.disputes import views

app_name = "disputes"
urlpatterns = [
    path("", views.index, name="list"),
    path("request/<int:pk>/", views.raise_over_request, name="raise_over_request"),
    path("correction/<int:pk>/", views.raise_over_correction, name="raise_over_correction"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/state/", views.state, name="state"),
    path("<int:pk>/offer/", views.offer, name="offer"),
    path("<int:pk>/agree/", views.agree, name="agree"),
    path("<int:pk>/escalate/", views.escalate, name="escalate"),
    path("<int:pk>/coordinate/", views.coordinate, name="coordinate"),
    path("<int:pk>/refer/", views.refer, name="refer"),
    path("<int:pk>/record-ruling/", views.record_ruling, name="record_ruling"),
    path("<int:pk>/withdraw/", views.withdraw, name="withdraw"),
]
