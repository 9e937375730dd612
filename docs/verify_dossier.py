"""Verifies the 案卷 (a zip of one case) without the portal and without a database.

    python verify_dossier.py KEY file.zip [more.zip ...]

KEY is the portal's public key in base64; get it on a way you trust, not out of the zip. Needs Python 3.11 and the
package `cryptography`. Exit status 1 when any file does not hold.

A dossier holds when manifest.json is signed by the key (Ed25519 over its bytes, in manifest.signature.json), and the
zip has exactly the files that the manifest names, each with its size and SHA-256.
"""

import base64
import hashlib
import json
import sys
import zipfile

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT = "gdshare-dossier/1"
OWN = ["manifest.json", "manifest.signature.json"]


def faults(dossier, public):
    """Everything in which the zip is wrong, as sentences; an empty list when it holds."""
    text = dossier.read("manifest.json")
    signature = json.loads(dossier.read("manifest.signature.json"))
    if signature["algorithm"] != "Ed25519":
        return [f"algorithm {signature['algorithm']} is unknown"]
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(base64.b64decode(signature["value"]), text)
    except InvalidSignature:
        return ["the manifest was changed, or is signed with another key"]
    manifest = json.loads(text)
    if manifest["format"] != FORMAT:
        return [f"format is not {FORMAT}"]
    found = []
    named = [one["name"] for one in manifest["files"]]
    if sorted(dossier.namelist()) != sorted([*named, *OWN]):
        found.append("files are missing, or were added")
    for one in manifest["files"]:
        content = dossier.read(one["name"]) if one["name"] in dossier.namelist() else b""
        if (len(content), hashlib.sha256(content).hexdigest()) != (one["bytes"], one["sha256"]):
            found.append(f"{one['name']} was changed")
    return found


def main(words):
    """One line for each file."""
    public, bad = base64.b64decode(words[0]), 0
    for name in words[1:]:
        with zipfile.ZipFile(name) as dossier:
            found = faults(dossier, public)
        bad += bool(found)
        print(f"{name}: {'; '.join(found) or 'holds'}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
