"""REST addresses of the catalog."""

from rest_framework.routers import SimpleRouter

from catalog.resources.api import ResourceViewSet

router = SimpleRouter()
router.register("resources", ResourceViewSet, basename="resources")
urlpatterns = router.urls
