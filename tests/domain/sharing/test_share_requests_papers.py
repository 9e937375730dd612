"""申请表, 答复书 and 案卷: read back from the PDF, the same bytes twice, the zip checked without the portal."""

import base64
import hashlib
import io
import json
import re
import subprocess
import sys
import zipfile
from datetime import timedelta

import pytest
from django.conf import settings
from pypdf import PdfReader

from audit.models import AuditEvent
from gdshare.lib import signing
from gdshare.lib.errors import Conflict, Denied
from gdshare.lib.paper import Sheet
from sharing.share_requests import actions
from sharing.share_requests.models import DecisionReceipt, ShareRequest
from sharing.share_requests.workflow import DECIDED, Status
from tests.factories.catalog import published_resource
from tests.factories.sharing import AT, BASIS, share_request_at

LATER = AT + timedelta(days=3)


def words(pdf):
    """Every word of a PDF, without the breaks of its lines."""
    return re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))


def taken(case, by, now=LATER):
    with actions.take_dossier(share_request=case, by=by, now=now) as file:
        return file.read()


def unpacked(case, by, folder):
    folder.mkdir(exist_ok=True)
    with zipfile.ZipFile(io.BytesIO(taken(case, by))) as archive:
        archive.extractall(folder)
    return folder


def ran(folder, script, *words):
    command = [sys.executable, str(folder / script), *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    return done.returncode, done.stdout


@pytest.mark.parametrize("status", list(Status))
def test_an_application_in_any_state_is_written(cast, status):
    case = share_request_at(cast, status)
    text = words(actions.take_application(share_request=case, by=cast.chen, now=LATER))
    resource = case.request_items.first().item.resource
    for part in (
        "政务信息资源共享申请表", case.number, "广东省民政厅", "广东省自然资源厅", resource.name, resource.code,
        "《社会救助暂行办法》（国务院令第649号）第五十八条", "逐户查询家庭成员名下不动产", "2026-11-20至2027-11-19",
        "第1页，共", *(row.item.name for row in case.request_items.all()),
    ):  # fmt: skip
        assert part in text


def test_an_answer_says_what_was_decided_why_and_until_when(cast):
    case = share_request_at(cast, Status.PARTLY_APPROVED)
    receipt = DecisionReceipt.objects.get(share_request=case)
    text = words(actions.take_answer(share_request=case, by=cast.chen, now=LATER))
    for part in (
        "政务信息资源共享答复书", case.number, "部分同意", "广东省民政厅", cast.civil_affairs.uscc, "脱敏",
        "超出申请用途", BASIS, "2026-12-04", "第十九条", "12-04第10日", "11-21", "粤府办〔2018〕50号",
        hashlib.sha256(receipt.text.encode()).hexdigest(), receipt.key, "verify_receipt.py", "开通",
    ):  # fmt: skip
        assert re.sub(r"\s", "", part) in text, part


def test_a_refusal_gives_its_reason_for_every_item(cast):
    case = share_request_at(cast, Status.DENIED)
    text = words(actions.take_answer(share_request=case, by=cast.chen, now=LATER))
    assert text.count("与核对用途无关") >= case.request_items.count()
    assert "二、开通" not in text


def test_what_is_renamed_later_changes_no_answer(cast):
    case = share_request_at(cast, Status.APPROVED)
    before = actions.take_answer(share_request=case, by=cast.chen, now=LATER)
    cast.civil_affairs.name = "广东省另名厅"
    cast.civil_affairs.save()
    assert actions.take_answer(share_request=case, by=cast.chen, now=LATER + timedelta(days=9)) == before


@pytest.mark.parametrize("status", sorted(set(Status) - set(DECIDED)))
def test_there_is_no_answer_before_the_decision(cast, status):
    case = share_request_at(cast, status)
    with pytest.raises(Conflict, match="没有签名的答复回执"):
        actions.take_answer(share_request=case, by=cast.chen, now=LATER)
    assert not AuditEvent.objects.filter(verb="share_request.take_answer").exists()


def test_the_same_case_is_the_same_file(cast):
    case = share_request_at(cast, Status.PARTLY_APPROVED)
    for take in (actions.take_application, actions.take_answer):
        first = take(share_request=case, by=cast.chen, now=LATER)
        assert take(share_request=case, by=cast.huang, now=LATER + timedelta(days=40)) == first
    assert taken(case, cast.chen) == taken(case, cast.huang, LATER + timedelta(days=40))


def test_long_texts_run_over_pages_and_each_page_has_its_number(cast):
    scenario = "".join(f"第{n}点，逐户查询家庭成员名下不动产。" for n in range(200))[:4000]
    items = [{"name": f"第{n}项", "identifier": f"f{n}", "data_type": "C", "grade": 1} for n in range(1, 71)]
    resource = published_resource(cast, share_type="CONDITIONAL", items=items)
    case = share_request_at(cast, Status.DRAFT, resource=resource, use_scenario=scenario)
    pdf = actions.take_application(share_request=case, by=cast.chen, now=LATER)
    pages = PdfReader(io.BytesIO(pdf)).pages
    assert len(pages) > 3
    for number, page in enumerate(pages, 1):
        assert f"第 {number} 页，共 {len(pages)} 页" in page.extract_text()
        assert case.number in page.extract_text()
    text = words(pdf)
    assert "第69项" in text
    missing = [n for n in range(180) if f"第{n}点" not in text]
    assert missing == []


def test_a_sign_outside_of_the_font_is_stood_for_and_told(cast):
    cast.chen.name = "陈𬭳㛃"
    cast.chen.save()
    case = share_request_at(cast, Status.DRAFT, title="核对<b>&\x07\r\n第二行")
    text = words(actions.take_application(share_request=case, by=cast.chen, now=LATER))
    assert "陈〓〓" in text
    assert "陈[U+2CB73][U+36C3]" in text
    assert "核对<b>&〓" in text
    assert "[U+0007]" in text
    assert "字库以外的字" not in words(Sheet("甲", "一").written())


def test_the_dossier_holds_by_its_own_scripts(cast, tmp_path):
    case = share_request_at(cast, Status.PARTLY_APPROVED)
    key = signing.public_key()["public"]
    archive = tmp_path / "case.zip"
    archive.write_bytes(taken(case, cast.chen))
    folder = unpacked(case, cast.chen, tmp_path / "out")
    assert ran(folder, "verify_dossier.py", key, archive) == (0, f"{archive}: holds\n")
    code, line = ran(folder, "verify_receipt.py", key, folder / "receipt.json")
    assert (code, f"holds {case.number} 部分同意" in line) == (0, True)
    code, line = ran(folder, "recompute_deadline.py", *sorted((folder / "deadlines").iterdir()))
    assert (code, "2026-12-04" in line) == (0, True)
    assert json.loads((folder / "public_key.json").read_bytes()) == signing.public_key()
    for name in ("verify_dossier.py", "verify_receipt.py", "recompute_deadline.py"):
        assert (folder / name).read_bytes() == (settings.BASE_DIR / "docs" / name).read_bytes()
    assert case.number in (folder / "README.txt").read_text(encoding="utf-8")


def test_its_manifest_names_every_file_with_its_digest(cast, tmp_path):
    case = share_request_at(cast, Status.APPROVED)
    folder = unpacked(case, cast.li, tmp_path / "out")
    manifest = json.loads((folder / "manifest.json").read_bytes())
    assert (manifest["number"], manifest["format"]) == (case.number, "gdshare-dossier/1")
    for one in manifest["files"]:
        content = (folder / one["name"]).read_bytes()
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (one["sha256"], one["bytes"])
        assert one["name"].isascii()
        assert one["title"]
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert there == {one["name"] for one in manifest["files"]} | {"manifest.json", "manifest.signature.json"}
    assert "政务信息资源共享答复书" in words((folder / "answer.pdf").read_bytes())


@pytest.mark.parametrize("algorithm", signing.SIGNERS)
def test_a_changed_dossier_does_not_hold(cast, tmp_path, settings, algorithm):
    settings.SIGNATURE_ALGORITHM = algorithm
    case = share_request_at(cast, Status.DENIED)
    with zipfile.ZipFile(io.BytesIO(taken(case, cast.chen))) as archive:
        good = {name: archive.read(name) for name in archive.namelist()}
    script = settings.BASE_DIR / "docs"
    key = signing.public_key()["public"]
    forged = json.loads(good["manifest.signature.json"]) | {"algorithm": "none"}
    changed = [
        good | {"case.json": good["case.json"].replace(b"DENIED", b"AGREED")},
        {name: content for name, content in good.items() if name != "receipt.json"},
        good | {"more.txt": b"x"},
        good | {"manifest.json": good["manifest.json"].replace(b"application.pdf", b"application.pdx")},
        good | {"manifest.signature.json": json.dumps(forged).encode()},
    ]
    for number, files in enumerate([good, *changed]):
        target = tmp_path / f"{number}.zip"
        with zipfile.ZipFile(target, "w") as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        code, line = ran(script, "verify_dossier.py", key, target)
        assert (code, "holds" in line) == ((0, True) if number == 0 else (1, False)), line
    other = base64.b64encode(bytes(range(32))).decode()
    assert ran(script, "verify_dossier.py", other, tmp_path / "0.zip")[0] == 1


def test_a_dossier_tells_its_reader_no_more_than_the_page(cast, tmp_path):
    case = share_request_at(cast, Status.UNDER_REVIEW)
    actions.propose(share_request=case, by=cast.li, now=AT, conclusion="APPROVE", opinion="内部看法甲")
    for person, sees in ((cast.chen, False), (cast.li, True)):
        folder = unpacked(case, person, tmp_path / person.username)
        texts = [path.read_text(encoding="utf-8") for path in folder.rglob("*.*json")]
        assert any("内部看法甲" in text for text in texts) == sees
        assert not (folder / "answer.pdf").exists()
        assert not (folder / "receipt.json").exists()
        lines = (folder / "audit.ndjson").read_text(encoding="utf-8").splitlines()
        assert lines
        assert {json.loads(line)["department"] for line in lines} == {person.acting.department.name}


TAKES = ("take_application", "take_answer", "take_dossier")


@pytest.mark.parametrize("take", TAKES)
def test_the_parties_take_and_nobody_else_and_each_time_is_on_record(cast, take):
    case = share_request_at(cast, Status.APPROVED)
    for person in (cast.chen, cast.huang, cast.li, cast.he):
        found = getattr(actions, take)(share_request=case, by=person, now=LATER)
        if take == "take_dossier":
            found.close()
        event = AuditEvent.objects.filter(verb=f"share_request.{take}").latest("id")
        assert (event.actor_id, event.subject_id, event.at) == (person.pk, case.pk, LATER)
    for person in (cast.wu, cast.auditor, cast.sysadmin, cast.secadmin):
        with pytest.raises(Denied):
            getattr(actions, take)(share_request=case, by=person, now=LATER)
    assert AuditEvent.objects.filter(verb=f"share_request.{take}").count() == 4


def test_a_reviewer_has_no_draft(cast):
    case = share_request_at(cast, Status.DRAFT)
    with pytest.raises(Denied):
        actions.take_dossier(share_request=case, by=cast.li, now=LATER)
    assert ShareRequest.objects.get().version == case.version
