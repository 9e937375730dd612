"""What the search keeps besides the entries themselves: how much they are used, and the tally of the whole catalog."""

from collections.abc import Mapping
from datetime import datetime

from django.db import connection, transaction

from catalog.resources.models import DataResource

BATCH = 500


@transaction.atomic
def record_use(*, now: datetime, counts: Mapping[int, int]) -> int:
    """Keep how often each entry was granted and taken, as counted by the storey above; returns how many changed."""
    known = dict(DataResource.objects.order_by().values_list("pk", "use_count"))
    changed = [
        DataResource(pk=pk, use_count=counts.get(pk, 0)) for pk, before in known.items() if counts.get(pk, 0) != before
    ]
    DataResource.objects.bulk_update(changed, ["use_count"], batch_size=BATCH)
    return len(changed)


@transaction.atomic
def fold_search_tally(*, now: datetime) -> None:
    """Sum the tally's additions to one row each. Additions that come meanwhile stay as they are."""
    with connection.cursor() as cursor:
        cursor.execute(
            'WITH gone AS (DELETE FROM catalog_searchtally RETURNING "of", key, number) '
            'INSERT INTO catalog_searchtally ("of", key, number) '
            'SELECT "of", key, sum(number) FROM gone GROUP BY 1, 2 HAVING sum(number) <> 0'
        )
