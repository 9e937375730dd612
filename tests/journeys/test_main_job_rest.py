"""The main job by a plain HTTP client: import, publish, find, take, apply, endorse, review together, pull, prove."""

import csv
import io
from datetime import date, timedelta

import httpx
import pytest
from django.utils import timezone

from audit.queries import Filters, search
from gdshare.lib.clock import day_of
from gdshare.rules import queries as rules
from gdshare.rules.workdays import due_on

pytestmark = pytest.mark.journey

CATALOG = """资源名称,资源代码,资源摘要,信息项,共享类型,共享条件,依据,更新周期,是否涉密
婚姻登记信息,MZ-001,全省婚姻登记的当事人和登记日期,登记字号|当事人姓名|当事人身份证号|登记日期|登记机关,有条件共享,\
限办理公积金、住房保障核验,《婚姻登记条例》第十条,每日,否
婚姻登记机关信息,MZ-002,各级婚姻登记机关的名称和地址,机关代码|机关名称|地址,无条件共享,,,每年,否
"""
OFFICES = "机关代码,机关名称,地址\n0101,天河区婚姻登记处,天河区软件路1号\n0102,越秀区婚姻登记处,越秀区福今路1号\n"
MARRIAGES = (
    "登记字号,当事人姓名,当事人身份证号,登记日期,登记机关\n"
    "J440106-2026-000001,陈大文,999999199001010011,2026-01-05,0101\n"
    "J440106-2026-000002,林小红,999999199202020022,2026-02-14,0102\n"
)
PEOPLE_PROTECTED = {
    "kind": "PERSONAL",
    "answers": {"personal": True, "sensitive": True, "lawful": True, "risk": True, "measures": True},
}


def ok(answer: httpx.Response, status: int = 200):
    """The JSON of an answer that must have this status."""
    assert answer.status_code == status, f"{answer.request.method} {answer.request.url}: {answer.text}"
    return answer.json()


def find_one(client: httpx.Client, words: str) -> dict:
    found = ok(client.get("/resources/", params={"q": words}))["results"]
    assert len(found) == 1, found
    return found[0]


def test_main_job_by_rest(site, committed_cast, make_key, tmp_path):
    cast = committed_cast
    people = {name: site.rest(make_key(cast.people[name])) for name in ("chen", "huang", "li", "zhou", "liang", "he")}
    stranger = site.rest(make_key(cast.wu))

    # 省自然资源厅 plays the provider: its own sheet comes in, its head consents, the authority publishes.
    sheet = tmp_path / "目录.csv"
    sheet.write_text(CATALOG, encoding="utf-8")
    site.manage("import_catalog", str(sheet), "--department", cast.natural_resources.uscc)
    ids = {}
    for code in ("婚姻登记信息", "婚姻登记机关信息"):
        entry = find_one(people["li"], code)
        ids[code] = entry["id"]
        ok(people["li"].post(f"/resources/{entry['id']}/assess/", json=PEOPLE_PROTECTED))
        ok(people["li"].post(f"/resources/{entry['id']}/submit/"))
        ok(people["zhou"].post(f"/resources/{entry['id']}/approve/"))
        ok(people["liang"].post(f"/resources/{entry['id']}/publish/"))
    marriage, office = ids["婚姻登记信息"], ids["婚姻登记机关信息"]
    for pk, rows in ((marriage, MARRIAGES), (office, OFFICES)):
        data = tmp_path / f"{pk}.csv"
        data.write_text(rows, encoding="utf-8")
        site.manage("mount_table", ok(people["li"].get(f"/resources/{pk}/"))["code"], str(data))

    # 省民政厅 finds both by a piece of a word, and takes the unconditional one at once, byte for byte.
    assert find_one(people["chen"], "姻登记机")["id"] == office
    taken = people["chen"].get(f"/resources/{office}/data/", params={"format": "csv", "header": "name"})
    assert taken.status_code == 200
    assert taken.content.decode() == OFFICES

    # The conditional one is refused with the missing items and the address where to apply.
    refused = people["chen"].get(f"/resources/{marriage}/data/")
    assert refused.status_code == 403
    assert refused.headers["content-type"].startswith("application/problem+json")
    problem = refused.json()
    assert problem["remedy_url"].startswith(site.url)
    assert {one["name"] for one in problem["missing"]} >= {"当事人姓名"}

    # Item by item: four of five, the ID number among them.
    schema = ok(people["chen"].get(f"/resources/{marriage}/schema/"))["items"]
    items = {one["name"]: one["id"] for one in schema}
    today = date.today()
    wanted = [items[name] for name in ("登记字号", "当事人姓名", "当事人身份证号", "登记日期")]
    (draft,) = ok(
        people["chen"].post(
            "/share-requests/",
            json={
                "items": wanted, "title": "住房保障资格核验", "use_basis": "《公共租赁住房管理办法》",
                "use_basis_article": "第七条", "use_scenario": "受理公租房申请时核验申请人婚姻状况。",
                "use_scope": "OWN_DEPARTMENT", "share_mode": "API", "use_from": str(today),
                "use_to": str(today + timedelta(days=365)), "disposal": "不落库", "is_pledged": True,
                "necessities": {str(pk): "核验婚姻状况必需" for pk in wanted},
            },
        ),
        201,
    )  # fmt: skip
    case = f"/share-requests/{draft['id']}"
    assert stranger.get(f"{case}/").status_code == 404
    ok(people["chen"].post(f"{case}/submit/"))
    assert people["chen"].post(f"{case}/endorse/").status_code == 403  # two people
    endorsed = ok(people["huang"].post(f"{case}/endorse/", json={"opinion": "同意申请"}))
    received = day_of(timezone.now())
    assert endorsed["clock"]["due_on"] == str(due_on(received, 10, rules.calendar()))
    assert "第十九条" in endorsed["clock"]["basis"]

    # Provider and authority decide together: the ID number is refused by one, the name masked by the other.
    basis = "《婚姻登记条例》第十条"
    ok(people["li"].post(f"{case}/propose/", json={
        "conclusion": "APPROVE_PARTLY", "opinion": "证件号码与用途无关", "basis": basis,
        "items": [{"item": items["当事人身份证号"], "decision": "REFUSE", "reason": "核验婚姻状况不需要"}],
    }))  # fmt: skip
    ok(people["liang"].post(f"{case}/propose/", json={
        "conclusion": "APPROVE_PARTLY", "opinion": "姓名脱敏", "basis": basis,
        "items": [{"item": items["当事人姓名"], "decision": "MASK", "reason": "脱敏后够用"}],
    }))  # fmt: skip
    assert ok(people["he"].post(f"{case}/confirm/"))["status"] == "UNDER_REVIEW"
    decided = ok(people["zhou"].post(f"{case}/confirm/"))
    assert decided["status"] == "PARTLY_APPROVED"
    assert people["zhou"].post(f"{case}/confirm/").status_code == 409

    # A business system pulls exactly the granted items with the department's key.
    system = site.rest(make_key(cast.chen, kind="SYSTEM"))
    pulled = system.get(f"/resources/{marriage}/data/", params={"format": "csv", "header": "name"})
    rows = list(csv.DictReader(io.StringIO(pulled.text)))
    assert list(rows[0]) == ["登记字号", "当事人姓名", "登记日期"]
    assert [row["登记字号"] for row in rows] == ["J440106-2026-000001", "J440106-2026-000002"]
    assert [row["当事人姓名"][0] for row in rows] == ["陈", "林"]
    assert "陈大文" not in pulled.text
    page = ok(system.get(f"/resources/{marriage}/rows/", params={"djrq__gte": "2026-02-01"}))
    assert [row["djzh"] for row in page["rows"]] == ["J440106-2026-000002"]
    closed = system.get(f"/resources/{marriage}/rows/", params={"fields": "djzh,dsrsfzh"})
    assert (closed.status_code, closed.json()["code"]) == (403, "NOT_GRANTED")
    assert site.rest("gd_nosuchkey_x").get(f"/resources/{marriage}/rows/").status_code == 401
    assert site.rest(make_key(cast.wu, kind="SYSTEM")).get(f"/resources/{marriage}/rows/").status_code == 403

    # Every step is evidence.
    log = list(search(Filters()))
    verbs = {event.verb for event in log}
    assert verbs >= {
        "resource.submit", "resource.approve", "resource.publish", "share_request.submit", "share_request.endorse",
        "share_request.propose", "share_request.confirm", "grant.issue", "data.take",
    }  # fmt: skip
    takes = {
        (event.department_name, event.is_allowed)
        for event in log
        if event.verb == "data.take" and event.actor_kind == "API_CLIENT"
    }
    assert takes == {(cast.civil_affairs.name, True), (cast.civil_affairs.name, False), (cast.sports.name, False)}
