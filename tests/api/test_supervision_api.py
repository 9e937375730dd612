"""督办 over REST: what ran out, the order, its answer, its end."""

from django.utils import timezone

from tests.factories.sharing import review
from tests.factories.supervision import DEMAND, clock_of, day_after, overdue_case

PATH = "/api/v1/supervision-orders/"


def test_the_whole_order(cast, api):
    now = timezone.now()
    case = overdue_case(cast, now=now)
    he, zhou = api(cast.he), api(cast.zhou)
    assert zhou.get(f"{PATH}overdue/").status_code == 403
    (late,) = [one for one in he.get(f"{PATH}overdue/").json() if one["clock"] == "REPLY"]
    given = {"deadline": late["deadline"], "demand": DEMAND, "due_on": str(day_after(3, now))}
    assert zhou.post(PATH, given, format="json").status_code == 403
    assert api(cast.liang).post(PATH, given, format="json").status_code == 403
    assert he.post(PATH, given | {"due_on": "2026-01-01"}, format="json").status_code == 400
    made = he.post(PATH, given, format="json")
    assert made.status_code == 201, made.content
    assert he.post(PATH, given, format="json").status_code == 404, "it is under an order already"
    order = f"{PATH}{made.json()['id']}/"
    assert (made.json()["title"], made.json()["allowed"]["cancel"]) == (clock_of(case).title, "")
    assert api(cast.wu).get(order).status_code == 404
    assert zhou.post(f"{order}answer/", {"text": "正在办"}, format="json").json()["status"] == "ANSWERED"
    assert he.post(f"{order}close/", format="json").status_code == 409
    again = {"text": "不够", "due_on": str(day_after(5, now))}
    assert he.post(f"{order}return/", again, format="json").json()["due_on"] == again["due_on"]
    assert zhou.post(f"{order}answer/", {"text": "已答复"}, format="json").status_code == 200
    review(cast, case, now)
    assert he.post(f"{order}close/", {"text": "已核"}, format="json").json()["status"] == "CLOSED"
    assert he.post(f"{order}cancel/", {"text": "迟了"}, format="json").status_code == 409
    assert [one["id"] for one in zhou.get(PATH).json()["results"]] == [made.json()["id"]]
