"""A line of a report is checked without the report: with the entry, its proof and the verifier that is given away."""

import csv
import io
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from backend.api.proofs import ProofFile, proof_file
from backend.audit.proofs import inclusion
from backend.audit.verifier import standalone
from backend.consent import service as consent
from backend.core.actor import Actor
from backend.core.ids import new_id
from backend.reporting.models import Format
from backend.rights import service as rights
from backend.rights.models import RequestKind
from tests.factories.customers import person
from tests.reporting.conftest import Office

_NAME = "Zdenka Kanárková"


async def _lived(office: Office) -> UUID:
    """A customer with a consent and a request, whose name was read."""
    party = (await office.bank.customer(person(_NAME))).id
    given = consent.ConsentInput(purpose="marketing", channel="email", text_version=1, evidence="partner_form")
    await office.bank.run(office.bank.manager, consent.record_consent, party, given)
    asked = rights.RequestInput(kind=RequestKind.ACCESS, channel="branch")
    await office.bank.run(office.bank.officer, rights.receive, party, asked)
    await office.lines("audit")
    return party


async def _table(office: Office, code: str, **filters: Any) -> list[dict[str, str]]:
    content, _ = await office.made(code, Format.CSV, **filters)
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.mark.parametrize("code", ["audit", "personal-data", "consents", "privacy-requests"])
async def test_each_line_proves_under_its_head_by_the_functions_of_the_verifier(office: Office, code: str) -> None:
    await _lived(office)
    table = await _table(office, code)
    assert table
    for line in table:
        found = await office.bank.run(office.bank.auditor, _proven, UUID(line["Entry id"]))
        index, path, note = standalone.parse_proof(found.proof.encode().decode())
        key = standalone.Key.parse(office.sequencer.keys.verifier(office.bank.tenant.id).encode())
        head = standalone.read_head(note, key)
        leaf = bytes.fromhex(line["Leaf hash"])
        assert sha256(b"\x00" + found.body).digest() == leaf
        assert (index, head.size) == (int(line["Log entry"]), int(line["Head: size"]))
        assert head.root == bytes.fromhex(line["Head: root"])
        standalone.verify_inclusion(leaf, index, head.size, path, head.root)


async def _proven(ctx: Any, entry: UUID) -> Any:
    return await inclusion(ctx.session, ctx.actor.tenant_id, entry)


async def test_a_line_whose_hash_was_changed_does_not_prove(office: Office) -> None:
    await _lived(office)
    line = (await _table(office, "consents"))[0]
    found = await office.bank.run(office.bank.auditor, _proven, UUID(line["Entry id"]))
    root = bytes.fromhex(line["Head: root"])
    changed = bytes([bytes.fromhex(line["Leaf hash"])[0] ^ 1]) + bytes.fromhex(line["Leaf hash"])[1:]
    with pytest.raises(standalone.Refused):
        standalone.verify_inclusion(changed, int(line["Log entry"]), found.head.size, found.proof.hashes, root)


async def test_the_proof_file_of_a_line_tells_the_same_as_the_line(office: Office, tmp_path: Path) -> None:
    party = await _lived(office)
    (line,) = await _table(office, "consents", subjects=(party,))
    auditor = _reader(office)

    async def prove(ctx: Any) -> ProofFile:
        entry, record = UUID(line["Entry id"]), UUID(line["Consent: id"])
        return await proof_file(ctx, office.platform.settings, ("record", record), [entry], [record])

    proof = await office.platform.run(auditor, prove)
    assert proof.leaves == [int(line["Log entry"])]
    file = tmp_path / "line.auditproof"
    file.write_text(proof.content, encoding="utf-8")
    key = office.sequencer.keys.verifier(office.bank.tenant.id).encode()
    assert standalone.verify_file(file, key).findings == []


def _reader(office: Office) -> Actor:
    return Actor(new_id(), office.bank.tenant.id, "staff", frozenset({"auditor"}), "cli", "test")
