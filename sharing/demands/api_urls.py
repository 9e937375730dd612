"""REST addresses of 目录外需求."""

from rest_framework.routers import SimpleRouter

from sharing.demands.api import DemandViewSet

router = SimpleRouter()
router.register("demands", DemandViewSet, basename="demands")
urlpatterns = router.urls
