"""The documentation page, from files of our own."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def docs(request: HttpRequest) -> HttpResponse:
    """Swagger UI over /api/schema/, with the sidecar's assets and an external start script (no inline script)."""
    return render(request, "portal/api_docs.html")
