"""Both algorithms of signatures: the same text gives the same bytes, a changed one does not hold, others agree."""

import base64
import hashlib
import importlib.util
import shutil
import subprocess

import gmalg
import pytest
from django.conf import settings as project
from django.core.exceptions import ImproperlyConfigured

from gdshare.lib import signing
from gdshare.lib.env import env_choice

TEXT = "答复：部分同意".encode()
SM2_KEY = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")
"""What stands before the 65 bytes of a point in a SubjectPublicKeyInfo of SM2."""


@pytest.fixture(scope="module")
def verifiers():
    spec = importlib.util.spec_from_file_location("verify_receipt", project.BASE_DIR / "docs" / "verify_receipt.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.VERIFIERS


@pytest.fixture(params=signing.SIGNERS)
def algorithm(request, settings):
    settings.SIGNATURE_ALGORITHM = request.param
    settings.RECEIPT_KEY = base64.b64encode(bytes(range(32))).decode()
    return request.param


def test_it_holds_for_this_text_only(algorithm, verifiers):
    signature, known = signing.sign(TEXT), signing.public_key()
    assert signature == signing.sign(TEXT)
    assert (signature.algorithm, signature.key) == (algorithm, known["key"])
    value, public = base64.b64decode(signature.value), base64.b64decode(known["public"])
    holds = verifiers[algorithm]
    assert holds(public, value, TEXT)
    other = bytes([*value[:-1], value[-1] ^ 1])
    for wrong in [(public, value, TEXT + b" "), (public, other, TEXT), (public, value[:-1], TEXT), (public, b"", TEXT)]:
        assert not holds(*wrong)
    assert not holds(public[:-1] + bytes([public[-1] ^ 1]), value, TEXT), "a point off the curve"
    assert not holds(b"", value, TEXT)


def test_both_keys_are_told(settings, algorithm):
    told = signing.public_keys()
    assert told["algorithm"] == algorithm
    assert {algorithm, *(one["algorithm"] for one in told["others"])} == set(signing.SIGNERS)
    other = told["others"][0]
    settings.SIGNATURE_ALGORITHM = other["algorithm"]
    assert signing.public_key() == other, "what is signed after a change is verified with it"


def test_two_texts_never_share_the_secret_number(settings):
    """r is the x of a point of the secret number: with two equal ones anybody computes the private key."""
    settings.SIGNATURE_ALGORITHM = "SM2-SM3"
    assert len({signing.sign(b"%d" % number).value[8:40] for number in range(5)}) == 5


def test_sm2_as_in_the_standard():
    """GB/T 32918.5, annex A.2: the example's key, identity, message and random number give the example's r and s."""
    private = "3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8"
    number = int("59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21", 16)
    known = gmalg.SM2(bytes.fromhex(private), signing.SM2_USER, rnd_fn=lambda bits: number)
    r, s = known.sign(b"message digest")
    assert r.hex().upper() == "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
    assert s.hex().upper() == "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"


def test_sm3_as_in_the_standard():
    """GB/T 32905, annex A.1."""
    assert hashlib.new("sm3", b"abc").hexdigest() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_openssl_agrees(settings, tmp_path):
    """Another implementation verifies what this one signs."""
    if not shutil.which("openssl"):
        pytest.skip("no openssl on this machine")
    settings.SIGNATURE_ALGORITHM = "SM2-SM3"
    (tmp_path / "text").write_bytes(TEXT)
    (tmp_path / "value").write_bytes(base64.b64decode(signing.sign(TEXT).value))
    (tmp_path / "key").write_bytes(SM2_KEY + base64.b64decode(signing.public_key()["public"]))
    words = [
        "openssl", "pkeyutl", "-verify", "-rawin", "-digest", "sm3", "-pkeyopt", "distid:1234567812345678",
        "-pubin", "-keyform", "DER", "-inkey", "key", "-in", "text", "-sigfile", "value",
    ]  # fmt: skip
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "Verified Successfully" in done.stdout, done.stderr
    (tmp_path / "text").write_bytes(TEXT + b" ")
    assert subprocess.run(words, cwd=tmp_path, capture_output=True, check=False).returncode != 0


def test_an_unknown_algorithm_stops_the_start(monkeypatch):
    monkeypatch.setenv("SIGNATURE_ALGORITHM", "RSA")
    with pytest.raises(ImproperlyConfigured, match="Ed25519 or SM2-SM3"):
        env_choice("SIGNATURE_ALGORITHM", *signing.SIGNERS)
