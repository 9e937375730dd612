from django.urls import path

from sharing.calendar import views

app_name = "calendar"
urlpatterns = [
    path("", views.index, name="list"),
    path("propose-notice/", views.propose_notice, name="propose_notice"),
    path("propose-correction/", views.propose_correction, name="propose_correction"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/apply/", views.apply_change, name="apply_change"),
    path("<int:pk>/discard/", views.discard_change, name="discard_change"),
]
