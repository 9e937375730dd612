"""The catalog's pages."""

from django.urls import include, path

app_name = "catalog"
urlpatterns = [
    path("census/", include("catalog.census.urls")),
    path("drafting/", include("catalog.drafting.urls")),
    path("", include("catalog.resources.urls")),
    path("mounts/", include("catalog.mounts.urls")),
    path("quality/", include("catalog.quality.urls")),
    path("", include("catalog.taxonomy.urls")),
    path("", include("catalog.withdrawals.urls")),
    path("", include("catalog.changes.urls")),
    path("systems/", include("catalog.systems.urls")),
    path("finding/", include("catalog.finding.urls")),
    path("", include("catalog.laws.urls")),
    path("", include("catalog.libraries.urls")),
]
