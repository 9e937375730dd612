"""The plain way beside ours: ILIKE over three columns, a count, six counts by column; JSON, no sign-in, no wall."""

import json
import os
from collections.abc import Callable, Iterable
from urllib.parse import parse_qs

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gdshare.settings")
django.setup()

from django.db import close_old_connections  # noqa: E402
from django.db.models import Count  # noqa: E402

from catalog.resources.models import DataResource  # noqa: E402

COLUMNS = ("share_type", "provider", "theme", "update_cycle", "format_category", "grade")


def application(environ: dict, start_response: Callable) -> Iterable[bytes]:
    """`?q=` a page of twenty with the exact count; `&facets=1` the six counts besides."""
    close_old_connections()
    asked = parse_qs(environ["QUERY_STRING"])
    like = f"%{asked['q'][0]}%"
    rows = DataResource.objects.filter(status="PUBLISHED").extra(
        where=["(catalog_dataresource.name ILIKE %s OR abstract ILIKE %s OR search_text ILIKE %s)"], params=[like] * 3
    )
    answer = {"count": rows.count()}
    page = rows.select_related("provider").defer("search_text", "pinyin").order_by("-published_at", "-id")[:20]
    answer["results"] = [
        {"id": row.pk, "name": row.name, "abstract": row.abstract, "provider": row.provider.name} for row in page
    ]
    if "facets" in asked:
        answer["facets"] = {
            column: [[value, number] for value, number in rows.order_by().values_list(column).annotate(n=Count("pk"))]
            for column in COLUMNS
        }
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(answer, ensure_ascii=False).encode()]
