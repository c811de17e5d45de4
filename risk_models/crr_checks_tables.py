"""What makes a dated table contradict itself, and what takes the signatures of a file away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from risk_models.crr_checks_parts import repeated
from risk_models.crr_problems import Finding
from risk_models.crr_rules import CodeTable, Signature

SIGNERS = 2


def table_findings(table: CodeTable) -> Iterator[Finding]:
    known = set(table.codes)
    yield from repeated(table.codes, ("codes",))
    for name, listed in table.lists.items():
        for position, member in enumerate(listed.members):
            if not _in_table(member, known, table.hierarchical):
                yield ("lists", name, "members", position), f"{member} is no code of table {table.id}"
        yield from repeated(listed.members, ("lists", name, "members"))


def signature_findings(signatures: Sequence[Signature], content: str, effective_from: date) -> Iterator[Finding]:
    """Two different people, over exactly this content, not after it came into force."""
    if len({signature.by for signature in signatures}) < SIGNERS:
        yield ("signatures",), f"The file is not signed by {SIGNERS} different people"
    for position, signature in enumerate(signatures):
        if signature.content != content:
            yield ("signatures", position), f"{signature.by} signed another content than this one ({content})"
        if signature.signed_on > effective_from:
            yield ("signatures", position), f"{signature.by} signed after the version came into force"


def _in_table(code: str, known: set[str], hierarchical: bool) -> bool:
    return code in known or (hierarchical and any(code[:end] in known for end in range(1, len(code))))
