"""A verdict as a sealed package: one file that anybody can check offline with the public key, and no byte of it can change.

The file is a short head in ASCII (form, algorithm, fingerprint of the key, signature) and, after an empty line, JSON in
UTF-8. The signature covers every byte but its own digits, which have one spelling only.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Connection

from zhiyin.desk import moments, submissions, verdicts
from zhiyin.desk.canonical import rdfc_hash
from zhiyin.desk.desk import Desk, LawOf
from zhiyin.desk.duties import law_left
from zhiyin.desk.faults import Conflict
from zhiyin.desk.signatures import SM2, PrivateKey, PublicKey, read_private, sm3
from zhiyin.desk.submissions import Kept
from zhiyin.errors import BadRequest
from zhiyin.intake.reading import read_any

FORM = "zhiyin-verdict-package/1"
SUFFIX = ".zhiyin"
MEDIA_TYPE = "application/vnd.zhiyin.verdict-package"
_HEAD = re.compile(
    rb"zhiyin-verdict-package/1\nalgorithm: (Ed25519|SM2-SM3)\nkey: ([0-9a-f]{64})\nsignature: ([0-9a-f]{128})\n\n"
)


@dataclass(frozen=True, slots=True)
class Package:
    """A package whose signature holds, opened."""

    algorithm: str
    content: dict[str, object]


def sealed(key: PrivateKey, content: dict[str, object]) -> bytes:
    """Return ``content`` as a package signed by ``key``."""
    body = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"
    head = f"{FORM}\nalgorithm: {key.algorithm}\nkey: {key.public.fingerprint}\n".encode()
    return head + f"signature: {key.sign(head + body).hex()}\n\n".encode() + body


def opened(data: bytes, key: PublicKey) -> Package:
    """Return the package in ``data``; BadRequest where it is none, by another key, or not as it was sealed."""
    match = _HEAD.match(data)
    if match is None:
        raise BadRequest("这不是封存包，或其头部已被改动", "this is no sealed package, or its head was altered")
    algorithm, fingerprint, digits = (part.decode() for part in match.groups())
    if (algorithm, fingerprint) != (key.algorithm, key.fingerprint):
        raise BadRequest(
            "封存包由另一把密钥签署，或其头部已被改动", "another key signed the package, or its head was altered"
        )
    head = data[: match.start(3) - len(b"signature: ")]
    if not key.checks(head + data[match.end() :], bytes.fromhex(digits)):
        raise BadRequest("签名不符：封存包已被改动", "the signature does not hold: the package was altered")
    content = json.loads(data[match.end() :])
    _check_inside(content)
    return Package(algorithm, content)


def package(desk: Desk, connection: Connection, kept: Kept) -> bytes:
    """Return the verdict in force on a submission as a sealed package; Conflict where there is none or no key."""
    verdict = verdicts.find(connection, kept.verdict)
    if verdict is None:
        raise Conflict("这份自述还没有评定", "this submission has not been judged yet")
    if desk.options.signing is None:
        raise Conflict("监管台没有配置签名密钥", "the desk has no signing key configured")
    key = read_private(desk.options.signing)
    data = submissions.read_bytes(desk, connection, kept)
    document = verdicts.document_of(desk, connection, verdict)
    file = verdicts.determinations_of(desk, connection, verdict)
    triples = read_any(data, law_left(desk.law, verdict.clauses), source=kept.filename, media_type=kept.media).triples
    hashes = {"algorithm": "RDFC-1.0 SHA-256", "rdfc": rdfc_hash(triples), "sha256": kept.sha256, "size": kept.size}
    if key.algorithm == SM2:
        hashes["sm3"] = sm3(data)
    return sealed(
        key,
        {
            "form": FORM,
            "sealed": moments.now(),
            "submission": {"id": kept.id, "received": kept.received, "filename": kept.filename},
            "input": hashes,
            "verdict": {
                "id": verdict.id,
                "made": verdict.made,
                "checkDate": verdict.check_date,
                "cause": verdict.cause,
                "sha256": verdict.document_sha256,
                "document": document.decode(),
            },
            "versions": dict(verdict.rules),
            "determinations": {"sha256": sha256(file).hexdigest() if file else None, "turtle": file.decode()},
        },
    )


def matches(content: dict[str, object], data: bytes, source: str, law: LawOf) -> bool:
    """Return whether ``data`` is the input of the package: the same bytes, or the same facts in other words."""
    stated = content["input"]
    if not isinstance(stated, dict):
        return False
    if sha256(data).hexdigest() == stated["sha256"]:
        return True
    versions = content.get("versions")
    known = law_left(law, verdicts.clauses_in(versions if isinstance(versions, dict) else {}))
    return rdfc_hash(read_any(data, known, source=source).triples) == str(stated["rdfc"])


def _check_inside(content: dict[str, object]) -> None:
    """Check the hashes that the content states of itself: whoever sealed it sealed what they say."""
    verdict, file = content.get("verdict"), content.get("determinations")
    if not isinstance(verdict, dict) or not isinstance(file, dict):
        raise BadRequest("封存包缺少结论", "the package holds no verdict")
    turtle = str(file.get("turtle", ""))
    stated = file.get("sha256")
    if sha256(str(verdict.get("document")).encode()).hexdigest() != verdict.get("sha256") or (
        (sha256(turtle.encode()).hexdigest() if turtle else None) != stated
    ):
        raise BadRequest("封存包的内容与其哈希不符", "the package's content does not match its hashes")
