"""/api/v1/: one line per noun; each area's own api module holds the endpoints."""

from django.urls import include, path

urlpatterns = [
    path("", include("catalog.resources.api_urls")),
    path("", include("sharing.delivery.api_urls")),
    path("", include("sharing.share_requests.api_urls")),
    path("", include("sharing.grants.api_urls")),
    path("", include("sharing.agreements.api_urls")),
    path("", include("sharing.corrections.api_urls")),
    path("", include("sharing.demands.api_urls")),
    path("", include("sharing.disputes.api_urls")),
    path("", include("sharing.ledgers.api_urls")),
    path("", include("security.covers.api_urls")),
    path("", include("sharing.supervision.api_urls")),
]
