"""数据不一致比对: exact counts, nobody reads what he may not take, and the losing side is asked to mend."""

from pathlib import Path
from time import monotonic, sleep

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from audit.models import AuditEvent
from catalog.quality.models import DataElement, ElementLink, LeadSource
from gdshare.lib.errors import Conflict, Denied, Invalid
from security.notices.models import Notice
from sharing.conflicts import actions, joining, queries
from sharing.conflicts.models import ComparedItem, Comparison
from sharing.conflicts.rates import wilson
from sharing.conflicts.tasks import compare
from sharing.corrections.models import CorrectionRequest
from tests.at_once import at_once
from tests.atomic import assert_atomic_with_audit
from tests.domain.sharing.matrix import assert_table
from tests.factories.conflicts import RIGHT, comparison, two_sources
from tests.factories.mounts import load

TABLE = Path(__file__).parent / "conflicts_matrix.txt"


@pytest.fixture
def sides(cast):
    return two_sources(cast)


@pytest.fixture
def now():
    return timezone.now()


def counts(row):
    row.refresh_from_db()
    return [(item.compared, item.different, item.one_blank) for item in row.items.order_by("pk")]


def finished(cast, sides, **values):
    row = comparison(cast, sides, **values)
    assert compare(row.pk) == 1
    row.refresh_from_db()
    return row


def test_the_counts_are_exact(cast, sides):
    row = finished(cast, sides)
    assert (row.status, row.both, row.only_left, row.only_right, row.repeated) == ("DONE", 4, 1, 1, 1)
    assert counts(row) == [(4, 1, 0), (3, 0, 1), (4, 1, 0)]
    assert Notice.objects.filter(kind="comparison", recipient__in=[cast.li, cast.chen, cast.liang]).count() == 3
    assert AuditEvent.objects.get(verb="comparison.finish").facts["both"] == 4
    assert compare() == 0, "nothing is left to run"


def test_a_sample_is_the_same_for_the_same_seed(cast, sides):
    found = [finished(cast, sides, sample_size=3, seed=seed) for seed in (7, 7)]
    keys = [(row.both, row.only_left, row.only_right, row.repeated) for row in found]
    assert keys[0] == keys[1]
    assert sum(keys[0]) == 3
    assert counts(found[0]) == counts(found[1])


def test_the_interval_of_wilson():
    low, high = wilson(10, 100)
    assert (round(low, 4), round(high, 4)) == (0.0552, 0.1744)
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(0, 10)[0] == 0.0


def test_who_may_open(cast, sides, now):
    """Both are 无条件: chen may take them; a head may not ask, nor may he with an item that is closed to him."""
    assert comparison(cast, sides, by=cast.chen).department == cast.civil_affairs
    with pytest.raises(Denied, match="经办"):
        comparison(cast, sides, by=cast.huang)
    sides[0].items.filter(name="单位名称").update(share_type="NOT_SHARED")
    with pytest.raises(Denied, match="单位名称"):
        comparison(cast, sides, by=cast.chen)
    assert comparison(cast, sides).department == cast.liang.department
    with pytest.raises(Invalid, match="同一条"):
        comparison(cast, (sides[0], sides[0]))


def test_a_row_is_shown_only_as_far_as_the_viewer_may_take_it(cast, sides, now):
    row = finished(cast, sides)
    name = row.items.order_by("pk").first()
    assert actions.look(row=name, by=cast.li, now=now) == [(["K2", "乙"], ["K2", "乙二"])]
    sides[1].items.filter(name="单位名称").update(share_type="NOT_SHARED")
    assert actions.look(row=name, by=cast.li, now=now) == [(["K2", "乙"], None)]
    assert actions.look(row=name, by=cast.chen, now=now) == [(["K2", "乙"], ["K2", "乙二"])]
    sides[0].items.filter(name="单位名称").update(grade=3)
    assert actions.look(row=name, by=cast.li, now=now)[0][0][1] != "乙"
    sides[0].items.filter(name="单位名称").update(grade=4)
    assert actions.look(row=name, by=cast.li, now=now) == [(None, None)]
    assert AuditEvent.objects.filter(verb="comparison.look").count() == 5
    load(sides[1], RIGHT + "K9,壬,1,20260109\n", cast.chen)
    fresh = ComparedItem.objects.get(pk=name.pk)
    with pytest.raises(Conflict, match="新的数据"):
        actions.look(row=fresh, by=cast.li, now=now)


def lead(cast, item, department, now):
    element = DataElement.objects.create(name="测试单位名称", identifier="test_unit_name")
    ElementLink.objects.create(item=item, element=element, item_name=item.name, confirmed_at=now)
    return LeadSource.objects.create(element=element, department=department, set_at=now)


def test_the_lead_source_decides_and_the_other_is_asked_to_mend(cast, sides, now):
    row = finished(cast, sides)
    name, area, day = row.items.order_by("pk")
    lead(cast, name.left_item, cast.natural_resources, now)
    words = {"reason": "以核准为准", "now": now}
    for wrong in (cast.liang, cast.chen, cast.zhou):
        with pytest.raises(Denied, match="数源部门"):
            actions.decide(row=name, stands="LEFT", by=wrong, **words)
    with pytest.raises(Invalid):
        actions.decide(row=name, stands="LEFT", by=cast.li, reason=" ", now=now)
    assert_atomic_with_audit(
        lambda: actions.decide(row=name, stands="LEFT", by=cast.li, **words), ComparedItem, CorrectionRequest
    )
    correction = CorrectionRequest.objects.get()
    assert (correction.resource, correction.item) == (sides[1], name.right_item)
    assert "不一致 1 条" in correction.evidence
    with pytest.raises(Conflict, match="已经决定"):
        actions.decide(row=name, stands="RIGHT", by=cast.li, **words)
    with pytest.raises(Conflict, match="没有不一致"):
        actions.decide(row=area, stands="LEFT", by=cast.liang, **words)
    with pytest.raises(Denied, match="还没有确定数源部门"):
        actions.decide(row=day, stands="RIGHT", by=cast.li, **words)
    actions.decide(row=day, stands="BOTH", by=cast.liang, **words)
    assert CorrectionRequest.objects.count() == 1, "nobody has to mend what differs rightly"


def test_the_lead_source_that_is_wrong_mends_its_own(cast, sides, now):
    row = finished(cast, sides)
    name = row.items.order_by("pk").first()
    lead(cast, name.left_item, cast.natural_resources, now)
    decided = actions.decide(row=name, stands="RIGHT", reason="对方已核实", by=cast.li, now=now)
    assert decided.correction is None


def test_a_cancelled_or_overtaken_run_keeps_nothing(cast, sides, now):
    row = comparison(cast, sides)
    actions.claim(now=now)
    actions.cancel(comparison=row, by=cast.liang, now=now)
    actions.run(pk=row.pk, now=now)
    assert counts(row) == [(0, 0, 0)] * 3
    assert row.status == "CANCELLED"
    late = comparison(cast, sides)
    load(sides[1], RIGHT + "K9,壬,1,20260109\n", cast.chen)
    compare(late.pk)
    late.refresh_from_db()
    assert (late.status, late.fault[:4]) == ("FAILED", "比对前有")


def test_cancelling_breaks_off_the_running_statement(committed_cast):
    cast, moment = committed_cast, timezone.now()
    row = comparison(cast, two_sources(cast))

    def slow():
        with connection.cursor() as cursor:
            cursor.execute(f"{joining.marker(row.pk)} SELECT pg_sleep(30)")

    def cancelled():
        while running_statements(row.pk) == 0 and monotonic() - started < 10:
            sleep(0.05)
        actions.cancel(comparison=row, by=cast.liang, now=moment)

    started = monotonic()
    outcomes = at_once(slow, cancelled)
    assert isinstance(outcomes[0], OperationalError)
    assert outcomes[1] == "done"
    assert monotonic() - started < 15
    assert joining.stop(row.pk + 1) == 0, "another comparison is let alone"


def running_statements(pk):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND starts_with(query, %s)",
            [joining.marker(pk)],
        )
        return cursor.fetchone()[0]


@pytest.mark.parametrize("moment", ["QUEUED", "DONE", "CANCELLED"])
def test_the_matrix(cast, sides, now, moment):
    row = finished(cast, sides) if moment == "DONE" else comparison(cast, sides)
    if moment == "CANCELLED":
        actions.cancel(comparison=row, by=cast.liang, now=now)
    name = row.items.order_by("pk").first()
    if moment != "DONE":
        ComparedItem.objects.filter(pk=name.pk).update(compared=1, different=1)
    verbs = {
        "cancel": lambda by: actions.cancel(comparison=row, by=by, now=now),
        "decide": lambda by: actions.decide(row=name, stands="LEFT", reason="甲", by=by, now=now),
    }
    assert_table(TABLE, moment, row, verbs, cast)


def test_the_other_source_is_found_by_its_items(cast, sides):
    assert list(queries.candidates(cast.chen, sides[0])) == [sides[1]]
    left, right = (queries.items_of(side) for side in sides)
    assert len(queries.suggested(left, right)) == 4
    assert Comparison.objects.visible_to(cast.wu).count() == 0
