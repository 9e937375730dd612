"""Verifies the 案卷 (a zip of one case) without the portal and without a database.

    python verify_dossier.py KEY file.zip [more.zip ...]

KEY is the portal's public key in base64; get it on a way you trust, not out of the zip. Needs Python 3.11 and the
package `cryptography`, for SM2 `gmalg` too. Exit status 1 when any file does not hold.

A dossier holds when manifest.json is signed by the key (Ed25519, or SM2 with SM3, over its bytes; the signature is in
manifest.signature.json), and the zip has exactly the files that the manifest names, each with its size and its SHA-256
or SM3.
"""

import base64
import hashlib
import json
import sys
import zipfile

from verify_receipt import VERIFIERS

FORMAT = "gdshare-dossier/1"
OWN = ["manifest.json", "manifest.signature.json"]


def faults(dossier, public):
    """Everything in which the zip is wrong, as sentences; an empty list when it holds."""
    text = dossier.read("manifest.json")
    signature = json.loads(dossier.read("manifest.signature.json"))
    if signature["algorithm"] not in VERIFIERS:
        return [f"algorithm {signature['algorithm']} is unknown"]
    if not VERIFIERS[signature["algorithm"]](public, base64.b64decode(signature["value"]), text):
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
        digest = "sm3" if "sm3" in one else "sha256"
        if (len(content), hashlib.new(digest, content).hexdigest()) != (one["bytes"], one[digest]):
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
