"""数据普查: coverage, a system's entries, certificates."""

from django.urls import path

from catalog.census import views

app_name = "census"
urlpatterns = [
    path("", views.coverage, name="coverage"),
    path("systems/", views.systems, name="systems"),
    path("entries/", views.entries, name="entries"),
    path("systems/<int:pk>/", views.system, name="system"),
    path("systems/<int:pk>/link/", views.link, name="link"),
    path("systems/<int:pk>/unlink/", views.unlink, name="unlink"),
    path("systems/<int:pk>/cover/", views.cover, name="cover"),
    path("systems/<int:pk>/ask/", views.ask, name="ask"),
    path("systems/<int:pk>/issue/", views.issue, name="issue"),
    path("certificates/", views.certificates, name="certificates"),
    path("certificates/<int:pk>/", views.certificate, name="certificate"),
    path("certificates/<int:pk>/revoke/", views.revoke, name="revoke"),
    path("verify/", views.verify, name="verify"),
]
