"""A proof of one decision, or of one entry, that somebody outside verifies alone."""

import base64
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from backend.access.context import Context
from backend.access.errors import NotAllowed
from backend.access.models import Tenant
from backend.access.scopes import Facts
from backend.api.proofs import ProofFile, proof_file, prove_decision
from backend.audit import verifier
from backend.audit.errors import NotDecided, NotInLog
from backend.audit.keys import LogKeys
from backend.audit.sequencer import open_sequencer
from backend.audit.verifier import standalone
from backend.edge.platform import Platform
from backend.onboarding import service
from backend.onboarding.models import Decision, OnboardingCase, Signature
from tests.audit.packing import alone
from tests.factories import onboarding as make
from tests.factories.rating import ORDINARY, Offers, offering


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> make.Bank:
    return await make.bank(platform, tenant)


async def drain(platform: Platform, tenant: Tenant) -> None:
    sequencer = open_sequencer(platform.settings, platform.database, platform.clock)
    await sequencer.drain(tenant.id)
    await sequencer.close()


async def proposed(bank: make.Bank) -> OnboardingCase:
    """A risky customer, so that a second person has to sign."""
    papers = ("passport", "proof_of_address", "source_of_funds")
    case = await make.in_review(bank, await make.person(bank, nationality="IR", country="IR", papers=papers))
    later = [service.ConditionInput("provide_tax_number", date(2027, 1, 31))]
    decision = (Decision.APPROVE_WITH_CONDITIONS, ["met_with_conditions"], later)
    return await bank.run("officer", service.propose_decision, case.id, *decision)


@pytest.fixture(autouse=True)
def ordinary() -> Iterator[None]:
    with offering(Offers(everybody=ORDINARY)):
        yield


@pytest.fixture
async def decided(bank: make.Bank) -> OnboardingCase:
    case = await proposed(bank)
    await bank.run("officer2", service.sign, case.id, Signature.APPROVE)
    await drain(bank.platform, bank.tenant)
    return case


async def prove(bank: make.Bank, login: str, case_id: UUID) -> ProofFile:
    found: ProofFile = await bank.run(login, prove_decision, bank.platform.settings, case_id)
    return found


def written(proof: ProofFile, folder: Path) -> tuple[Path, Path]:
    """The proof, and an empty folder with nothing but the verifier."""
    file, empty = folder / proof.name, folder / "empty"
    file.write_text(proof.content, encoding="utf-8")
    empty.mkdir()
    (empty / "verify.py").write_bytes(verifier.source())
    return file, empty


async def test_a_decision_by_two_people_is_proven_by_one_small_file(
    bank: make.Bank, decided: OnboardingCase, tmp_path: Path
) -> None:
    proof = await prove(bank, "auditor", decided.id)
    file, empty = written(proof, tmp_path)
    key = LogKeys.of(bank.platform.settings).verifier(bank.tenant.id).encode()
    said = alone(empty, file, "--key", key)
    assert "Everything checked holds." in said
    assert f"by officer (staff {bank['officer'].id}; compliance_officer)" in said
    assert f"by officer2 (staff {bank['officer2'].id}; compliance_officer)" in said
    assert f"rule-set {decided.ruleset}" in said
    assert "1 rule-sets are in the file" in said
    assert all(f"Entry {leaf}: " in said for leaf in proof.leaves)
    assert len(proof.content) < 60_000


async def test_a_decision_is_told_in_chinese(bank: make.Bank, decided: OnboardingCase, tmp_path: Path) -> None:
    file, empty = written(await prove(bank, "auditor", decided.id), tmp_path)
    said = alone(empty, file, "--lang", "zh")
    assert "批准尽职调查案件（customer.kyc.approve）" in said


async def test_a_proposal_that_nobody_signed_yet_is_not_in_a_proof_of_what_came_before(
    bank: make.Bank, platform: Platform, tenant: Tenant
) -> None:
    case = await proposed(bank)
    await bank.run("officer2", service.sign, case.id, Signature.RETURN, ["data_missing"])
    await drain(platform, tenant)
    with pytest.raises(NotDecided):
        await prove(bank, "auditor", case.id)


async def test_a_decision_that_waits_for_the_log_has_no_proof(
    bank: make.Bank, platform: Platform, tenant: Tenant
) -> None:
    case = await proposed(bank)
    await drain(platform, tenant)
    await bank.run("officer2", service.sign, case.id, Signature.APPROVE)
    with pytest.raises(NotInLog):
        await prove(bank, "auditor", case.id)


async def test_who_may_not_read_the_trail_gets_no_proof(bank: make.Bank, decided: OnboardingCase) -> None:
    with pytest.raises(NotAllowed):
        await prove(bank, "rm2", decided.id)


async def test_handing_a_proof_out_is_noted(bank: make.Bank, decided: OnboardingCase) -> None:
    await prove(bank, "auditor", decided.id)
    async with bank.platform.transaction(bank.system) as ctx:
        query = text("SELECT actor_id FROM audit_entry WHERE action = 'audit.prove' AND subject_id = :id")
        assert await ctx.session.scalar(query, {"id": decided.id}) == bank["auditor"].id


async def test_a_manager_is_shown_the_record_and_not_what_else_an_entry_changed(
    bank: make.Bank, decided: OnboardingCase
) -> None:
    shown = {login: await rows(bank, login, decided.id) for login in ("rm", "auditor")}
    assert "onboarding_case" in shown["rm"] <= shown["auditor"]
    assert "customer" not in shown["rm"]


async def rows(bank: make.Bank, login: str, case_id: UUID) -> set[str]:
    value = json.loads((await prove(bank, login, case_id)).content)
    return {line["t"] for line in value["versions"] if line["row"] is not None}


async def test_a_proof_of_an_entry_discloses_what_its_reader_sees_in_clear(
    bank: make.Bank, decided: OnboardingCase, tmp_path: Path
) -> None:
    async def of_party(ctx: Context) -> ProofFile:
        ctx.require("view", "audit", Facts(tenant_id=ctx.actor.tenant_id))
        query = text("SELECT id FROM audit_entry WHERE action = 'customer.create' AND subject_id = :id")
        entry = await ctx.session.scalar(query, {"id": decided.party_id})
        return await proof_file(ctx, bank.platform.settings, ("party", decided.party_id), [entry], [decided.party_id])

    file, empty = written(await bank.run("auditor", of_party), tmp_path)
    said = alone(empty, file)
    assert "name = Jana Nováková" in said
    assert "7107091101" not in said
    assert "jana@example.cz" not in said


async def test_every_part_of_a_proof_that_is_changed_is_caught(
    bank: make.Bank, decided: OnboardingCase, tmp_path: Path
) -> None:
    proof = await prove(bank, "auditor", decided.id)
    key = LogKeys.of(bank.platform.settings).verifier(bank.tenant.id).encode()
    path = tmp_path / "bad.auditproof"

    @settings(
        max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(data=st.data())
    def caught(data: st.DataObject) -> None:
        value = json.loads(proof.content)
        expected = mutated(value, data)
        path.write_text(json.dumps(value), encoding="utf-8")
        found = [(each.code, each.params.get("index")) for each in standalone.verify_file(path, key).findings]
        assert expected in found

    caught()


def mutated(value: dict[str, Any], data: st.DataObject) -> tuple[str, int | None]:  # noqa: PLR0911 - one a mutant
    """One change of a proof file, and the finding that must name it."""
    how = data.draw(st.sampled_from(["entry", "hash", "index", "row", "left out", "ruleset", "signature", "twice"]))
    each = data.draw(st.sampled_from(value["entries"]))
    index = int(each["proof"].split("\n")[1].removeprefix("index "))
    match how:
        case "entry":
            place = data.draw(st.integers(0, len(each["entry"]) - 1))
            old = each["entry"][place]
            each["entry"] = each["entry"][:place] + ("x" if old != "x" else "y") + each["entry"][place + 1 :]
            return "proof_wrong", index
        case "hash":
            lines = each["proof"].split("\n")
            at = data.draw(st.integers(2, lines.index("") - 1))
            lines[at] = base64.b64encode(bytes(32)).decode()
            each["proof"] = "\n".join(lines)
            return "proof_wrong", index
        case "index":
            each["proof"] = each["proof"].replace(f"index {index}\n", f"index {index + 1}\n", 1)
            return "proof_wrong", index + 1
        case "row" | "left out":
            shown = [line for line in value["versions"] if line["row"] is not None]
            line = data.draw(st.sampled_from(shown))
            if how == "row":
                line["row"] = line["row"].replace('"ver":', '"ver" :', 1)
                return "row_differs", line["i"]
            value["versions"].remove(line)
            return "version_missing", line["i"]
        case "ruleset":
            (sha,) = value["rulesets"]
            value["rulesets"][sha] = base64.b64encode(b"other").decode()
            first = min(_index(entry) for entry in value["entries"] if sha in entry["entry"])
            return "ruleset_differs", first
        case "signature":
            body, _, line = value["checkpoint"].rpartition(" ")
            signature = bytearray(base64.b64decode(line))
            signature[data.draw(st.integers(4, 67))] ^= 1
            value["checkpoint"] = body + " " + base64.b64encode(signature).decode() + "\n"
            return "head_forged", None
        case _:
            value["entries"].append(dict(each))
            return "entry_twice", index


def _index(entry: dict[str, str]) -> int:
    return int(entry["proof"].split("\n")[1].removeprefix("index "))
