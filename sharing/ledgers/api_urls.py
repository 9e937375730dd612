"""REST addresses of 使用台账."""

from rest_framework.routers import SimpleRouter

from sharing.ledgers.api import LedgerViewSet

router = SimpleRouter()
router.register("ledgers", LedgerViewSet, basename="ledgers")
urlpatterns = router.urls
