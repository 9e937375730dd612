"""REST addresses of 使用承诺."""

from rest_framework.routers import SimpleRouter

from sharing.agreements.api import AgreementViewSet

router = SimpleRouter()
router.register("agreements", AgreementViewSet, basename="agreements")
urlpatterns = router.urls
