"""REST addresses of 共享申请."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from sharing.share_requests import api

router = SimpleRouter()
router.register("share-requests", api.ShareRequestViewSet, basename="share-requests")
urlpatterns = [
    path(
        "share-requests/<int:pk>/application.pdf", api.ApplicationPaperView.as_view(), name="share-requests-application"
    ),
    path(
        "share-requests/<int:pk>/attachments/<int:attachment_pk>/",
        api.AttachmentView.as_view(),
        name="share-requests-evidence",
    ),
    path("share-requests/<int:pk>/answer.pdf", api.AnswerPaperView.as_view(), name="share-requests-answer"),
    path("share-requests/<int:pk>/dossier.zip", api.DossierView.as_view(), name="share-requests-dossier"),
    *router.urls,
]
