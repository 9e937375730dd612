"""REST addresses of 授权."""

from rest_framework.routers import SimpleRouter

from sharing.grants.api import GrantViewSet

router = SimpleRouter()
router.register("grants", GrantViewSet, basename="grants")
urlpatterns = router.urls
