"""答复回执: written with the decision, verified by a script of its own, refused when anything in it was changed."""

import base64
import json
import subprocess
import sys
from unittest.mock import patch

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from gdshare.lib import signing
from sharing.grants.models import Grant
from sharing.share_requests.models import DecisionReceipt
from sharing.share_requests.receipt import document
from sharing.share_requests.workflow import DECIDED, Status
from tests.client import web_client
from tests.factories.sharing import AT, BASIS, review, share_request_at

SCRIPT = settings.BASE_DIR / "docs" / "verify_receipt.py"


def verified(path, content, *, public=None):
    """What the script says of a file with this content: (exit status, its line)."""
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    words = [sys.executable, str(SCRIPT), public or signing.public_key()["public"], str(path)]
    done = subprocess.run(words, capture_output=True, text=True, encoding="utf-8", check=False)
    return done.returncode, done.stdout


@pytest.mark.parametrize("status", DECIDED)
def test_a_decision_has_its_receipt_and_the_script_says_it_holds(cast, tmp_path, status):
    case = share_request_at(cast, status)
    receipt = DecisionReceipt.objects.get(share_request=case)
    content = json.loads(receipt.text)
    assert (content["number"], content["answer"]) == (case.number, case.get_status_display())
    assert (content["due_on"], content["is_late"]) == (str(case.due_on), False)
    assert len(content["items"]) == case.request_items.count()
    assert len(content["grants"]) == Grant.objects.count()
    assert {party["uscc"] for party in (content["requester"], content["provider"], content["authority"])} == {
        cast.civil_affairs.uscc, cast.natural_resources.uscc, cast.authority.uscc,
    }  # fmt: skip
    code, line = verified(tmp_path / "r.json", document(receipt))
    assert code == 0
    assert f"holds {case.number} {case.get_status_display()}" in line


@pytest.fixture(params=signing.SIGNERS)
def algorithm(request, settings):
    settings.SIGNATURE_ALGORITHM = request.param
    return request.param


def test_any_change_is_found(cast, tmp_path, algorithm):
    case = share_request_at(cast, Status.PARTLY_APPROVED)
    good = document(DecisionReceipt.objects.get(share_request=case))
    value = bytearray(base64.b64decode(good["signature"]["value"]))
    value[7] ^= 1
    changed = [
        good | {"text": good["text"].replace("不同意", "同意", 1)},
        good | {"text": good["text"].replace(",", ", ", 1)},
        good | {"signature": good["signature"] | {"value": base64.b64encode(value).decode()}},
        good | {"signature": good["signature"] | {"algorithm": "none"}},
        good | {"signature": good["signature"] | {"key": "0" * 16}},
        good | {"format": "gdshare-decision/0"},
    ]
    assert "不同意" in good["text"]
    for number, one in enumerate(changed):
        code, line = verified(tmp_path / f"{number}.json", one)
        assert (code, "holds" in line) == (1, False), one
    assert verified(tmp_path / "good.json", good)[0] == 0
    other = base64.b64encode(bytes(range(32))).decode()
    assert verified(tmp_path / "other.json", good, public=other)[0] == 1


def test_a_key_of_its_own_outlives_the_secret(settings):
    text = b"a"
    derived = signing.sign(text)
    settings.SECRET_KEY = "another"
    assert signing.sign(text) != derived
    settings.RECEIPT_KEY = base64.b64encode(bytes(range(32))).decode()
    kept = signing.sign(text)
    settings.SECRET_KEY = "a third"
    assert signing.sign(text) == kept


def test_without_its_receipt_there_is_no_decision_and_nobody_changes_one(cast):
    case = share_request_at(cast, Status.UNDER_REVIEW)
    failing = patch("sharing.share_requests.receipt.signing.sign", side_effect=OSError("no key"))
    with failing, pytest.raises(OSError, match="no key"), transaction.atomic():
        review(cast, case, AT, conclusion="DENY", opinion="用途不明", basis=BASIS)
    case.refresh_from_db()
    assert case.status == Status.UNDER_REVIEW
    assert not Grant.objects.exists()
    share_request_at(cast, Status.DENIED)
    with pytest.raises(IntegrityError, match="不能修改"), transaction.atomic():
        DecisionReceipt.objects.update(text="{}")


def test_the_parties_download_it_and_nobody_else(cast, tmp_path):
    case = share_request_at(cast, Status.APPROVED)
    path = reverse("sharing:share_requests:receipt", args=[case.pk])
    for person in (cast.chen, cast.li, cast.liang):
        response = web_client(person).get(path)
        assert response["Content-Disposition"] == f'attachment; filename="{case.number}.json"'
        assert verified(tmp_path / "r.json", response.json())[0] == 0
    assert web_client(cast.wu).get(path).status_code == 404
    assert web_client(cast.chen).get(reverse("sharing:share_requests:receipt_key")).json() == signing.public_keys()
    waiting = share_request_at(cast, Status.UNDER_REVIEW)
    assert web_client(cast.chen).get(path.replace(str(case.pk), str(waiting.pk))).status_code == 404
