"""The certificate of an erasure: what was destroyed, what stays and why, and the log's own proof of it.

JSON that verifies by itself, with the log's public key: each entry is given in its bytes, with an inclusion proof
against a signed head (c2sp.org/tlog-proof), and what the certificate states is read from
those entries, not beside them.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from backend.audit.formats import FormatError
from backend.audit.formats.note import VerifierKey
from backend.audit.formats.proof import parse as parse_proof
from backend.audit.proofs import EntryProof
from backend.core.i18n import translate
from backend.rights.errors import CertificateBroken

FORMAT: Final = "tenure/certificate-of-erasure/1"
STATEMENT: Final = (
    "The keys under which this person's data was encrypted were destroyed. Nothing personal can be read again by"
    " anybody, not from the database, not from its history, and not from a backup once the tenant key of its time is"
    " destroyed."
)
REMOVED: Final = "{keys} keys, {rows} records, ciphertexts of {versions} versions, {contents} files and tags"
PROOF: Final = (
    "Both steps are entries of the institution's signed log. The JSON form of this certificate holds their bytes and"
    " inclusion proofs; `tenure privacy verify-certificate` checks it, without access to the institution."
)
SHREDDED: Final = "Keys destroyed"
COMPLETED: Final = "Erasure completed"
_ACTIONS: Final = ("customer.shredded", "erasure.complete")
REMAINS: Final[tuple[tuple[str, str], ...]] = (
    (
        "Entries of the audit log",
        "They hold codes, identifiers and commitments, no personal data; without them nothing could be proven.",
    ),
    (
        "Commitments in place of every encrypted value",
        "They are salted hashes; the salts were destroyed with the keys, so no value can be tried against them.",
    ),
    (
        "Digests of earlier versions",
        "The log holds them. What the versions said openly (such as sex, occupation and region) and their keyed tags"
        " were taken out of them; countries, dates and codes are left.",
    ),
    (
        "Digests of files that were handed in",
        "They let the holder of a file show that it was judged; the files themselves are gone.",
    ),
    ("Amounts and dates of movements", "Bookkeeping; the account numbers of both sides cannot be read any more."),
    (
        "Decisions, consents and requests, by code and date",
        "They show that the institution kept the law; they name no person.",
    ),
)
"""What is kept of an erased person, and why; pseudonymous at most, since nothing leads back to the person."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What the proofs say, read from the entries."""

    party_id: str
    ground: str
    shredded_at: str
    completed_at: str
    leaves: tuple[int, int]
    origin: str
    size: int


def build(facts: Mapping[str, Any], proofs: Sequence[EntryProof], log_key: VerifierKey | None) -> dict[str, Any]:
    """`proofs` are those of the shredding and of the completion, in this order."""
    return {
        "format": FORMAT,
        **facts,
        "log": {
            "key": None if log_key is None else log_key.encode(),
            "origin": proofs[0].head.origin,
        },
        "entries": [
            {
                "entry": base64.b64encode(proof.body).decode(),
                "leaf": proof.proof.index,
                "proof": proof.proof.encode().decode(),
            }
            for proof in proofs
        ],
        "remains": [{"what": what, "why": why} for what, why in REMAINS],
    }


def verify(content: bytes, key: VerifierKey | None = None) -> Verified:
    """With the key that the verifier brought, or else the one in the certificate. Raises CertificateBroken."""
    try:
        return _verify(orjson.loads(content), key)
    except (FormatError, orjson.JSONDecodeError, KeyError, TypeError, IndexError, binascii.Error) as error:
        raise CertificateBroken(problem=str(error) or type(error).__name__) from error


def _verify(certificate: Mapping[str, Any], key: VerifierKey | None) -> Verified:
    if certificate["format"] != FORMAT:
        raise CertificateBroken(problem=f"its format is {certificate['format']}")
    trusted = key or VerifierKey.parse(certificate["log"]["key"])
    entries, leaves, size = [], [], 0
    for given in certificate["entries"]:
        body, proof = base64.b64decode(given["entry"], validate=True), parse_proof(given["proof"].encode())
        head = proof.verify(body, [trusted], trusted.name)
        entries.append(orjson.loads(body))
        leaves.append(proof.index)
        size = max(size, head.size)
    _agree(certificate, entries)
    first, last = entries
    return Verified(
        party_id=first["subject"]["id"],
        ground=first["reason"],
        shredded_at=first["ts"],
        completed_at=last["ts"],
        leaves=(leaves[0], leaves[1]),
        origin=trusted.name,
        size=size,
    )


def _agree(certificate: Mapping[str, Any], entries: Sequence[Mapping[str, Any]]) -> None:
    """The statement is that of the entries, about one and the same person."""
    if tuple(entry["action"] for entry in entries) != _ACTIONS:
        raise CertificateBroken(problem="its entries are not those of an erasure")
    stated = {
        "party": certificate["party"],
        "ground": certificate["ground"],
        "shredded_at": certificate["shredded_at"],
        "completed_at": certificate["completed_at"],
    }
    proven = {
        "party": entries[0]["subject"]["id"],
        "ground": entries[0]["reason"],
        "shredded_at": entries[0]["ts"],
        "completed_at": entries[1]["ts"],
    }
    differing = [name for name in stated if stated[name] != proven[name]]
    if differing or entries[1]["subject"]["id"] != proven["party"]:
        raise CertificateBroken(problem=f"it states another {', '.join(differing) or 'person'} than the log")


def instant(at: datetime) -> str:
    """As the log writes it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def encoded(certificate: Mapping[str, Any]) -> bytes:
    return orjson.dumps(certificate, option=orjson.OPT_INDENT_2) + b"\n"


def page(certificate: Mapping[str, Any], locale: str) -> dict[str, Any]:
    """The readable form, for the template `certificate`."""

    def say(text: str, **params: Any) -> str:
        return translate(locale, text, **params)

    counts = certificate["counts"]
    return {
        "title": say("Certificate of erasure"),
        "institution": certificate["institution"],
        "footer": f"{certificate['institution']} · {certificate['erasure']}",
        "language": "zh" if locale == "zh_CN" else "en",
        "statement": say(STATEMENT),
        "facts": [
            [say("Record"), certificate["party"]],
            [say("Ground"), say(f"erasure.{certificate['ground']}")],
            [say("Approved on"), f"{certificate['approved_at']} · {say('by two different persons')}"],
            [say("Keys destroyed on"), certificate["shredded_at"]],
            [say("Completed on"), certificate["completed_at"]],
            [
                say("Removed"),
                say(REMOVED, **{name: counts.get(name, 0) for name in ("keys", "rows", "versions", "contents")}),
            ],
            [say("Rules"), certificate["ruleset"]],
        ],
        "kept_title": say("What remains, and why"),
        "kept_intro": say("None of it can be traced back to the person by the institution."),
        "kept": [{"what": say(each["what"]), "why": say(each["why"])} for each in certificate["remains"]],
        "proof_title": say("How it is proven"),
        "proof_intro": say(PROOF),
        "proofs": [
            [say(words), f"{say('entry')} {given['leaf']:,}"]
            for words, given in zip((SHREDDED, COMPLETED), certificate["entries"], strict=True)
        ],
        "notes": [given["proof"].partition("\n\n")[2] for given in certificate["entries"][-1:]],
    }
