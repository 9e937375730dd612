"""REST addresses of 疑义校核."""

from rest_framework.routers import SimpleRouter

from sharing.corrections.api import CorrectionViewSet

router = SimpleRouter()
router.register("corrections", CorrectionViewSet, basename="corrections")
urlpatterns = router.urls
