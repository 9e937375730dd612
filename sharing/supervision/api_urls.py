"""REST addresses of 督办."""

from rest_framework.routers import SimpleRouter

from sharing.supervision.api import SupervisionOrderViewSet

router = SimpleRouter()
router.register("supervision-orders", SupervisionOrderViewSet, basename="supervision-orders")
urlpatterns = router.urls
