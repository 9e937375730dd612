"""The pages of a share's life."""

from django.urls import include, path

app_name = "sharing"
urlpatterns = [
    path("requests/", include("sharing.share_requests.urls")),
    path("grants/", include("sharing.grants.urls")),
    path("handover/", include("sharing.handover.urls")),
    path("ledgers/", include("sharing.ledgers.urls")),
    path("agreements/", include("sharing.agreements.urls")),
    path("corrections/", include("sharing.corrections.urls")),
    path("demands/", include("sharing.demands.urls")),
    path("conflicts/", include("sharing.conflicts.urls")),
    path("disputes/", include("sharing.disputes.urls")),
    path("messages/", include("sharing.messages.urls")),
    path("department-changes/", include("sharing.succession.urls")),
    path("supervision/", include("sharing.supervision.urls")),
    path("deadlines/", include("sharing.deadlines.urls")),
    path("calendar/", include("sharing.calendar.urls")),
    path("delivery/", include("sharing.delivery.urls")),
]
