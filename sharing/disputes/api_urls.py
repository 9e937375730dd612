"""REST addresses of 争议."""

from rest_framework.routers import SimpleRouter

from sharing.disputes.api import DisputeViewSet

router = SimpleRouter()
router.register("disputes", DisputeViewSet, basename="disputes")
urlpatterns = router.urls
