"""REST addresses of 代办."""

from rest_framework.routers import SimpleRouter

from security.covers.api import CoverViewSet

router = SimpleRouter()
router.register("covers", CoverViewSet, basename="covers")
urlpatterns = router.urls
