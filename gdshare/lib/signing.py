"""Signatures that hold without the portal: Ed25519 (RFC 8032) over one way of writing JSON.

The algorithm stands beside every signature and is looked up here, so that another one (SM2 with SM3) is one more entry;
what was signed before stays verifiable.
"""

import base64
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

ALGORITHM = "Ed25519"


@dataclass(frozen=True)
class Signature:
    """What stands beside a signed text. `key` names the public key: the first 16 hex digits of its SHA-256."""

    algorithm: str
    key: str
    value: str


def canonical(content: Any) -> bytes:
    """JSON in one way of writing: UTF-8, keys in order, no blanks."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sign(text: bytes) -> Signature:
    """With the key of this deployment."""
    private = _private_key()
    return Signature(ALGORITHM, _name(private), base64.b64encode(private.sign(text)).decode())


def public_key() -> dict[str, str]:
    """What a verifier needs: the algorithm, the key's name and the key, base64."""
    private = _private_key()
    return {"algorithm": ALGORITHM, "key": _name(private), "public": base64.b64encode(_public(private)).decode()}


def _private_key() -> Ed25519PrivateKey:
    """RECEIPT_KEY, 32 bytes in base64; without it, derived from SECRET_KEY (HKDF, RFC 5869)."""
    if settings.RECEIPT_KEY:
        return Ed25519PrivateKey.from_private_bytes(base64.b64decode(settings.RECEIPT_KEY))
    derived = HKDF(SHA256(), 32, salt=None, info=b"gdshare decision receipts").derive(settings.SECRET_KEY.encode())
    return Ed25519PrivateKey.from_private_bytes(derived)


def _public(private: Ed25519PrivateKey) -> bytes:
    return private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def _name(private: Ed25519PrivateKey) -> str:
    return hashlib.sha256(_public(private)).hexdigest()[:16]
