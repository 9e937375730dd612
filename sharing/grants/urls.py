"""One path per verb of a 授权."""

from django.urls import path

from sharing.grants import views

app_name = "grants"
urlpatterns = [
    path("", views.index, name="list"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/suspend/", views.suspend, name="suspend"),
    path("<int:pk>/report-rectified/", views.report_rectified, name="report_rectified"),
    path("<int:pk>/resume/", views.resume, name="resume"),
    path("<int:pk>/revoke/", views.revoke, name="revoke"),
    path("<int:pk>/dispose/", views.dispose, name="dispose"),
    path("<int:pk>/certificate/", views.certificate, name="certificate"),
]
