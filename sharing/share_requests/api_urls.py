"""REST addresses of 共享申请."""

from rest_framework.routers import SimpleRouter

from sharing.share_requests.api import ShareRequestViewSet

router = SimpleRouter()
router.register("share-requests", ShareRequestViewSet, basename="share-requests")
urlpatterns = router.urls
