"""The census: which entry catalogs what of a system, the coverage figure, certificates for 立项 and 验收."""

import pytest
from django.db import IntegrityError, InternalError, transaction
from django.utils import timezone

from audit.models import AuditEvent
from catalog.census import actions, queries
from catalog.census.models import CatalogCertificate, CertificateRevocation, PartEntry, Purpose
from catalog.resources import actions as resources
from catalog.resources.models import DataResource, ResourceSystem
from gdshare.lib.errors import Conflict, Denied, Invalid
from security.notices.models import Notice
from tests.atomic import assert_atomic_with_audit
from tests.factories.catalog import approved_resource, draft_resource, published_resource
from tests.factories.mounts import mounted_resource
from tests.factories.systems import AT, covered, draft_system, issue, ready, registered_system


def told(system, purpose):
    return [lack.message for lack in queries.missing(system, purpose)]


# ── entries and parts ──


def test_parts_are_covered_and_the_cover_goes_with_the_link(cast):
    system, entry = registered_system(cast), draft_resource(cast)
    covered(cast, system, entry)
    assert PartEntry.objects.count() == 3
    parts = queries.parts_of(system)
    assert actions.cover_parts(system=system, by=cast.li, now=AT, chosen={parts[0].pk: None}) == 1
    assert actions.cover_parts(system=system, by=cast.li, now=AT, chosen={parts[1].pk: entry.pk}) == 0
    actions.unlink_entry(system=system, resource=entry, by=cast.li, now=AT)
    assert not PartEntry.objects.exists()
    verbs = (
        AuditEvent.objects.filter(verb__startswith="information_system.").order_by("id").values_list("verb", flat=True)
    )
    assert list(verbs)[-4:] == [f"information_system.{verb}" for verb in ("link", "cover", "cover", "unlink")]


@pytest.mark.parametrize("person", ["zhou", "chen", "liang", "wu"])
def test_only_the_departments_handler_says_what_covers_what(cast, person):
    system, entry = registered_system(cast), draft_resource(cast)
    for verb, more in (("link_entry", {"resource": entry}), ("unlink_entry", {"resource": entry}),
                       ("cover_parts", {"chosen": {}})):  # fmt: skip
        with pytest.raises(Denied, match="只有本部门的经办可以把目录对应到信息系统"):
            getattr(actions, verb)(system=system, by=cast.people[person], now=AT, **more)
    assert not ResourceSystem.objects.exists()


def test_only_linked_entries_of_the_department_cover_a_part(cast):
    system, entry = registered_system(cast), draft_resource(cast)
    other = draft_resource(cast, by=cast.chen)
    with pytest.raises(Invalid, match="这条目录不是本部门的"):
        actions.link_entry(system=system, resource=other, by=cast.li, now=AT)
    part = queries.parts_of(system)[0]
    with pytest.raises(Invalid, match="所选目录没有关联到这个系统"):
        actions.cover_parts(system=system, by=cast.li, now=AT, chosen={part.pk: entry.pk})


def test_entries_are_suggested_by_name_and_matter(cast):
    system = registered_system(cast, tables=["抵押登记表", "别的"], matters=["首次登记"])
    mortgage = draft_resource(cast, name="抵押登记信息")
    first = draft_resource(cast, name="登记簿", business_matter="转移登记、首次登记")
    found = queries.suggestions(queries.parts_of(system), [mortgage, first])
    names = {part.pk: part.name for part in queries.parts_of(system)}
    assert {names[pk]: entry.name for pk, entry in found.items()} == {
        "抵押登记表": "抵押登记信息",
        "首次登记": "登记簿",
    }


def test_a_published_working_copy_leaves_the_cover_as_it_was(cast):
    system, other = registered_system(cast), registered_system(cast)
    entry = published_resource(cast)
    covered(cast, system, entry)
    kept = set(PartEntry.objects.values_list("pk", flat=True))
    copy = resources.revise(resource=entry, by=cast.li, now=AT)
    assert queries.entries_of(system) == [entry]
    with pytest.raises(Invalid, match="这是修订稿"):
        actions.link_entry(system=other, resource=copy, by=cast.li, now=AT)
    resources.update_resource(resource=copy, by=cast.li, now=AT, values={}, systems=[system, other])
    resources.submit(resource=copy, by=cast.li, now=AT)
    resources.approve(resource=copy, by=cast.zhou, now=AT)
    resources.publish(resource=copy, by=cast.liang, now=AT)
    assert set(PartEntry.objects.values_list("pk", flat=True)) == kept
    assert queries.entries_of(other) == [entry]


# ── what is missing ──


def test_a_project_lacks_life_registration_entries_and_consent(cast):
    system = draft_system(cast, tables=["甲表"], matters=["乙事项"])
    assert told(system, Purpose.PROJECT) == [
        "系统登记还是“草稿”。", "系统状态是“运行”，立项证明只给拟建、在建的系统。", "数据库表“甲表”没有对应的目录。",
        "业务事项“乙事项”没有对应的目录。",
    ]  # fmt: skip
    planned = registered_system(cast, life="PLANNED", online_on=None)
    entry = draft_resource(cast, name="登记簿")
    covered(cast, planned, entry)
    assert told(planned, Purpose.PROJECT) == ["《登记簿》还是“草稿”，没有编制完成。"]
    resources.submit(resource=entry, by=cast.li, now=AT)
    resources.approve(resource=entry, by=cast.zhou, now=AT)
    assert told(planned, Purpose.PROJECT) == []


def test_acceptance_lacks_publication_and_data(cast):
    system = registered_system(cast)
    draft, published = draft_resource(cast, name="草稿簿"), published_resource(cast, name="已发布簿")
    closed = published_resource(cast, share_type="NOT_SHARED", name="不予簿")
    covered(cast, system, draft, published, closed)
    assert told(system, Purpose.ACCEPTANCE) == ["《草稿簿》是“草稿”，没有发布。", "《已发布簿》没有挂接数据。"]
    stopped = registered_system(cast, life="PLANNED", online_on=None)
    assert "系统状态是“拟建”，验收证明只给在建、运行的系统。" in told(stopped, Purpose.ACCEPTANCE)


@pytest.mark.parametrize("verb", ["ask_certificate", "issue_certificate"])
def test_it_is_refused_with_the_list_of_what_is_missing(cast, verb):
    system = registered_system(cast)
    person = cast.li if verb == "ask_certificate" else cast.liang
    with pytest.raises(Invalid) as refusal:
        getattr(actions, verb)(system=system, purpose=Purpose.ACCEPTANCE, by=person, now=AT)
    assert refusal.value.message.startswith(
        "还缺 3 项，不能出具验收用的目录编制情况证明：数据库表“不动产登记簿”没有对应的目录。"
    )
    assert len(refusal.value.details["missing"]) == 3
    assert refusal.value.code == "CERTIFICATE_INCOMPLETE"
    assert not CatalogCertificate.objects.exists()


# ── certificates ──


def test_asked_for_issued_and_frozen(cast):
    system = ready(cast)
    actions.ask_certificate(system=system, purpose=Purpose.ACCEPTANCE, by=cast.li, now=AT)
    assert Notice.objects.to_do().filter(kind="certificate.ask", recipient=cast.liang).count() == 1
    certificate = issue(cast, system)
    assert certificate.number == "目录证〔2026〕1号"
    assert not Notice.objects.to_do().filter(kind="certificate.ask").exists()
    assert Notice.objects.filter(kind="certificate.issue", recipient=cast.li).count() == 1
    said = certificate.snapshot
    assert said["citation"] == "粤府办〔2018〕50号第十一条"
    assert [part["name"] for part in said["parts"]] == ["不动产登记簿", "抵押登记", "不动产首次登记"]
    (entry,) = said["entries"]
    assert (entry["status"], entry["rows"]) == ("已发布", DataResource.objects.get().row_count)
    resources.revise(resource=DataResource.objects.get(), by=cast.li, now=AT)
    certificate.refresh_from_db()
    assert certificate.snapshot == said
    assert queries.by_code(certificate.verification_code.lower().replace("-", " ")) == (certificate, True)
    assert queries.by_code("0000-0000-0000-0000") == (None, False)


def test_each_profile_has_its_own_article(cast, settings):
    settings.RULE_PROFILE = "CN-809"
    assert issue(cast, ready(cast), now=timezone.now()).snapshot["citation"] == "参照粤府办〔2018〕50号第十一条"


def test_for_a_project_the_entries_need_not_be_published(cast):
    system = covered(cast, registered_system(cast, life="BUILDING", online_on=None), approved_resource(cast))
    certificate = issue(cast, system, purpose=Purpose.PROJECT)
    assert certificate.snapshot["entries"][0]["status"] == "待主管部门审核"


@pytest.mark.parametrize(
    ("person", "words"), [("li", "由省政务服务和数据管理局出具"), ("chen", "出具"), ("zhou", "出具")]
)
def test_only_the_authority_issues(cast, person, words):
    with pytest.raises(Denied, match=words):
        issue(cast, ready(cast), by=cast.people[person])


def test_only_the_departments_handler_asks(cast):
    with pytest.raises(Denied, match="只有本部门的经办可以申请目录编制情况证明"):
        actions.ask_certificate(system=ready(cast), purpose=Purpose.ACCEPTANCE, by=cast.wu, now=AT)


def test_an_issued_certificate_is_never_changed(cast):
    certificate = issue(cast, ready(cast))
    for change in (lambda: CatalogCertificate.objects.update(purpose="PROJECT"), certificate.delete):
        with pytest.raises(InternalError, match="never changed"), transaction.atomic():
            change()


@pytest.mark.parametrize(("person", "sees"), [("li", 1), ("zhou", 1), ("he", 1), ("chen", 0), ("auditor", 0)])
def test_who_sees_a_certificate(cast, person, sees):
    issue(cast, ready(cast))
    assert CatalogCertificate.objects.visible_to(cast.people[person]).count() == sees


# ── coverage ──


def test_every_number_of_the_coverage_is_the_number_of_its_rows(cast):
    covered(cast, registered_system(cast), mounted_resource(cast))
    half = registered_system(cast)
    entry = published_resource(cast)
    actions.link_entry(system=half, resource=entry, by=cast.li, now=AT)
    actions.cover_parts(system=half, by=cast.li, now=AT, chosen={queries.parts_of(half)[0].pk: entry.pk})
    covered(cast, registered_system(cast), draft_resource(cast))
    registered_system(cast, by=cast.chen, head=cast.huang)
    draft_system(cast)
    for person, expected in ((cast.li, (3, 1, 1, 1, 3, 2, 1)), (cast.liang, (4, 1, 1, 2, 2, 2, 1))):
        table = queries.coverage(person)
        total = table.total
        assert (
            total.systems,
            total.full,
            total.partial,
            total.none,
            total.entries,
            total.published,
            total.mounted,
        ) == (expected)
        for row in [total, *table.rows]:
            where = {"department": str(row.department_id or "")}
            for kind, number in (("", row.systems), ("full", row.full), ("partial", row.partial), ("none", row.none)):
                assert queries.systems_behind(person, where | {"coverage": kind}).count() == number
            for show, number in (("all", row.entries), ("published", row.published), ("mounted", row.mounted)):
                assert queries.entries_behind(person, where | {"show": show}).count() == number
    assert queries.coverage(cast.liang).total.share == 0.25


# ── revoked ──
def test_a_revoked_certificate_says_so_to_whoever_checks_it(cast):
    certificate = issue(cast, ready(cast))
    for person in (cast.li, cast.zhou, cast.wu, cast.chen):
        with pytest.raises(Denied, match="撤销"):
            actions.revoke_certificate(certificate=certificate, by=person, now=AT, reason="不实")
    with pytest.raises(Invalid, match="写明撤销的原因"):
        actions.revoke_certificate(certificate=certificate, by=cast.liang, now=AT, reason=" ")
    made = actions.revoke_certificate(certificate=certificate, by=cast.liang, now=AT, reason="目录未按时发布")
    found, is_whole = queries.by_code(certificate.verification_code)
    assert (found.revocation, is_whole) == (made, True)
    assert Notice.objects.get(kind="certificate.revoke", recipient=cast.li).body == "目录未按时发布"
    with pytest.raises(Conflict, match="已经撤销"):
        actions.revoke_certificate(certificate=certificate, by=cast.liang, now=AT, reason="再一次")
    for change in (lambda: CertificateRevocation.objects.update(reason="甲"), made.delete):
        with pytest.raises(IntegrityError, match="不能修改或删除"), transaction.atomic():
            change()


def test_a_revocation_stands_or_falls_with_its_event(cast):
    certificate = issue(cast, ready(cast))
    assert_atomic_with_audit(
        lambda: actions.revoke_certificate(certificate=certificate, by=cast.liang, now=AT, reason="不实"),
        CertificateRevocation,
    )
