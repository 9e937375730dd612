"""目录外需求 over REST."""

from django.utils import timezone

from sharing.demands.models import DataDemand
from tests.factories.catalog import published_resource
from tests.factories.demands import NEED

PATH = "/api/v1/demands/"


def test_the_whole_story(cast, api):
    chen, liang, li, wu = api(cast.chen), api(cast.liang), api(cast.li), api(cast.wu)
    listed = published_resource(cast, name="养老机构 床位台账")
    early = chen.post(PATH, NEED, format="json")
    assert (early.status_code, early.json()["code"]) == (400, "LOOK_FIRST")
    made = chen.post(PATH, NEED | {"why_unfit": "只有汇总数"}, format="json")
    assert made.status_code == 201, made.content
    case = f"{PATH}{made.json()['id']}/"
    assert chen.post(f"{case}route/", {"duty": cast.sports.pk}, format="json").status_code == 403
    assert liang.post(f"{case}route/", {"duty": 0}, format="json").status_code == 404
    assert liang.post(f"{case}route/", {"duty": cast.natural_resources.pk}, format="json").json()["status"] == "ROUTED"
    assert li.post(f"{case}decline/", {"reason": "不管"}, format="json").json()["status"] == "SUBMITTED"
    liang.post(f"{case}route/", {"duty": cast.natural_resources.pk}, format="json")
    day = timezone.localdate().isoformat()
    assert li.post(f"{case}confirm/", {"promised_on": day}, format="json").json()["promised_on"] == day
    assert wu.post(f"{case}second/", {"use_purpose": "同样"}, format="json").json()["seconds"] == [cast.sports.name]
    draft = li.post(f"{case}compile/").json()["resource"]
    assert draft
    assert wu.get(case).json()["resource"] is None
    assert li.post(f"{case}fulfil/", {"resource": listed.pk}, format="json").json()["status"] == "FULFILLED"
    assert wu.get(case).json()["resource"] == listed.pk
    for verb, values in (("refuse", {"reason": "甲"}), ("point", {"resource": listed.pk, "reason": "甲"})):
        assert liang.post(f"{case}{verb}/", values, format="json").status_code == 409
    assert chen.post(f"{case}withdraw/").status_code == 409
    assert DataDemand.objects.count() == 1
