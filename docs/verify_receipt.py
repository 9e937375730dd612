"""Verifies 答复回执 without the portal and without a database.

    python verify_receipt.py KEY file.json [more.json ...]

KEY is the portal's public key in base64 (“答复回执的公钥” on the page of rules and clocks; ask for it on a way you
trust). Needs Python 3.11 and the package `cryptography`, for SM2 `gmalg` too. Exit status 1 when any file does not
hold.

A receipt holds when it is of the known format, its text is JSON in the one way of writing (UTF-8, keys in order, no
blanks), its signature is of the given key, and Ed25519 (RFC 8032), or SM2 with SM3 (GB/T 32918.2), says that the key
signed exactly this text.
"""

import base64
import hashlib
import json
import sys
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

FORMAT = "gdshare-decision/1"


def is_ed25519(public, value, text):
    """RFC 8032; the key has 32 bytes, the signature 64."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(value, text)
    except (InvalidSignature, ValueError):
        return False
    return True


def is_sm2(public, value, text):
    """GB/T 32918.2 with SM3; the key is a point of 65 bytes, the signature the DER of r and s (GM/T 0009)."""
    import gmalg

    if len(public) != 65:
        return False
    try:
        r, s = (number.to_bytes(32, "big") for number in decode_dss_signature(value))
        known = gmalg.SM2(uid=b"1234567812345678", pk=public)
        return known.verify_pk(public) and known.verify(text, r, s)
    except (ValueError, OverflowError, gmalg.errors.GMError):
        return False


VERIFIERS = {"Ed25519": is_ed25519, "SM2-SM3": is_sm2}


def fault(receipt, public):
    """Why the receipt does not hold, as a sentence; empty when it does."""
    if receipt.get("format") != FORMAT:
        return f"format is not {FORMAT}"
    text, signature = receipt["text"].encode(), receipt["signature"]
    written = json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    if written != text:
        return "the text is not written in the one way"
    if signature["algorithm"] not in VERIFIERS:
        return f"algorithm {signature['algorithm']} is unknown"
    if signature["key"] != hashlib.sha256(public).hexdigest()[:16]:
        return "signed with another key"
    if not VERIFIERS[signature["algorithm"]](public, base64.b64decode(signature["value"]), text):
        return "the signature does not belong to this text: the file was changed"
    return ""


def main(words):
    """One line for each file."""
    public, bad = base64.b64decode(words[0]), 0
    for name in words[1:]:
        receipt = json.loads(Path(name).read_text(encoding="utf-8"))
        wrong = fault(receipt, public)
        bad += bool(wrong)
        content = json.loads(receipt["text"]) if not wrong else {}
        print(f"{name}: {wrong or 'holds'} {content.get('number', '')} {content.get('answer', '')}".rstrip())
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
