"""The whole product on one screen."""

from django.conf import settings
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from gdshare.api.docs import docs

urlpatterns = [
    path("", include("gdshare.portal.urls")),
    path("", include("security.urls")),
    path("rules/", include("gdshare.rules.urls")),
    path("catalog/", include("catalog.urls")),
    path("sharing/", include("sharing.urls")),
    path("audit/", include("audit.urls")),
    path("api/v1/", include("gdshare.api.urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/docs/", docs, name="api-docs"),
]
if settings.DEBUG:
    urlpatterns.append(path("ui/", include("gdshare.portal.gallery_urls")))
handler400 = "gdshare.portal.errors.bad_request"
handler403 = "gdshare.portal.errors.forbidden"
handler404 = "gdshare.portal.errors.not_found"
handler500 = "gdshare.portal.errors.broken"
