"""Signatures that hold without the portal, over one way of writing JSON: Ed25519 (RFC 8032), or SM2 with SM3
(GB/T 32918.2, GB/T 32905) where commercial cryptography of the state is demanded (SIGNATURE_ALGORITHM).

The algorithm stands beside every signature; what was signed before a change stays verifiable with its own public key.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import gmalg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

SM2_ORDER = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
"""Of the group of points (GB/T 32918.5)."""
SM2_USER = b"1234567812345678"
"""The identity that is signed with where none was agreed (GB/T 35276)."""


@dataclass(frozen=True)
class Signature:
    """What stands beside a signed text. `key` names the public key: the first 16 hex digits of its SHA-256."""

    algorithm: str
    key: str
    value: str


class Signer(Protocol):
    """One algorithm with the key of this deployment."""

    digest: str
    """The hash of files that goes with it, by its name in `hashlib`."""

    @property
    def public(self) -> bytes: ...

    def sign(self, text: bytes) -> bytes: ...


class Ed25519:
    digest = "sha256"

    def __init__(self, seed: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(seed)

    @property
    def public(self) -> bytes:
        """32 bytes."""
        return self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def sign(self, text: bytes) -> bytes:
        return self._private.sign(text)


class SM2:
    """Signs the same text to the same bytes, as Ed25519 does: the secret number of each signature is derived from the
    private key and the text, so that no random source can give the key away.
    """

    digest = "sm3"

    def __init__(self, seed: bytes) -> None:
        number = int.from_bytes(_derived(seed, b"gdshare SM2 private key", 48)) % (SM2_ORDER - 2) + 1
        self._private = number.to_bytes(32)

    @property
    def public(self) -> bytes:
        """65 bytes: 04, x, y."""
        return gmalg.SM2(self._private).generate_pk(self._private)

    def sign(self, text: bytes) -> bytes:
        """The DER of r and s (GM/T 0009)."""
        numbers = self._numbers(text)

        def take(bits: int) -> int:
            return next(numbers) >> (256 - bits)

        r, s = gmalg.SM2(self._private, SM2_USER, rnd_fn=take).sign(text)
        return encode_dss_signature(int.from_bytes(r), int.from_bytes(s))

    def _numbers(self, text: bytes) -> Iterator[int]:
        said = hashlib.sha512(text).digest()
        for count in range(256):
            yield int.from_bytes(_derived(self._private + said, b"gdshare SM2 nonce %d" % count, 32))


SIGNERS: dict[str, Callable[[bytes], Signer]] = {"Ed25519": Ed25519, "SM2-SM3": SM2}


def canonical(content: Any) -> bytes:
    """JSON in one way of writing: UTF-8, keys in order, no blanks."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sign(text: bytes) -> Signature:
    """With the key of this deployment, by the algorithm in force."""
    signer = _signer(settings.SIGNATURE_ALGORITHM)
    value = base64.b64encode(signer.sign(text)).decode()
    return Signature(settings.SIGNATURE_ALGORITHM, _name(signer.public), value)


def digest() -> str:
    """The hash of files that goes with the algorithm in force, by its name in `hashlib`."""
    return _signer(settings.SIGNATURE_ALGORITHM).digest


def public_key(algorithm: str = "") -> dict[str, str]:
    """What a verifier needs: the algorithm (the one in force), the key's name and the key, base64."""
    chosen = algorithm or settings.SIGNATURE_ALGORITHM
    public = _signer(chosen).public
    return {"algorithm": chosen, "key": _name(public), "public": base64.b64encode(public).decode()}


def public_keys() -> dict[str, Any]:
    """The key in force, and those of the other algorithms: what was signed before a change is verified with them."""
    others = [public_key(name) for name in SIGNERS if name != settings.SIGNATURE_ALGORITHM]
    return public_key() | {"others": others}


def _signer(algorithm: str) -> Signer:
    """RECEIPT_KEY, 32 bytes in base64; without it, derived from SECRET_KEY."""
    seed = base64.b64decode(settings.RECEIPT_KEY) if settings.RECEIPT_KEY else b""
    return SIGNERS[algorithm](seed or _derived(settings.SECRET_KEY.encode(), b"gdshare decision receipts", 32))


def _derived(secret: bytes, use: bytes, length: int) -> bytes:
    """HKDF, RFC 5869."""
    return HKDF(SHA256(), length, salt=None, info=use).derive(secret)


def _name(public: bytes) -> str:
    return hashlib.sha256(public).hexdigest()[:16]
