"""The state machine: what the loader refuses, and that no walk reaches approval without the signatures it needs."""

import random
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from backend.core.errors import TenureError
from backend.core.rulesets import RuleSetBroken, load
from backend.onboarding import queries, service
from backend.onboarding.models import Decision, OnboardingCase, Signature
from backend.onboarding.service import ConditionInput
from backend.onboarding.states import StateMachine
from tests.factories import onboarding as make
from tests.seeds import seeds

STATES = Path(__file__).resolve().parents[2] / "policies" / "onboarding" / "states" / "states-2026.yaml"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("to: [expired]", "to: [withdrawn]", "no way leads to: expired"),
        ("right: onboarding_case.submit", "right: onboarding_case.sumbit", "no right"),
        ("from: [draft, awaiting_information]\n    to: [expired]", "from: [approved]\n    to: [expired]", "is final"),
        ("right: onboarding_case.approve", "right: onboarding_case.edit", "one person could use alone"),
        ("to: [in_review]\n    right: onboarding_case.review", "to: [final]\n    right: x", "Input should be"),
        ("    queue: onboarding.draft\n", "", "an open state has a queue"),
        ("  - verb: rebase", "  - verb: withdraw", "exactly one transition"),
    ],
)
def test_a_hole_in_the_state_machine_is_named_when_it_is_loaded(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    source = STATES.read_text(encoding="utf-8")
    assert old in source
    broken = tmp_path / "states.yaml"
    broken.write_text(source.replace(old, new), encoding="utf-8")
    with pytest.raises(RuleSetBroken, match=problem):
        load(broken, StateMachine)


Step = Callable[[make.Bank, str, UUID, random.Random], Awaitable[Any]]
CONDITIONS = [ConditionInput("provide_tax_number", date(2027, 1, 31))]


def _plain(verb: Any, *args: Any, **options: Any) -> Step:
    return lambda bank, login, case_id, _: bank.run(login, verb, case_id, *args, **options)


async def _paper(bank: make.Bank, login: str, case_id: UUID, chance: random.Random) -> None:
    async with bank.platform.transaction(bank.system) as ctx:
        found = await queries.found(ctx, case_id)
    type_ = chance.choice(["identity_card", "proof_of_address", "source_of_funds"])
    await make.hand_in(bank, found.party.id, type_, chance.choice(["accepted", "revision"]))


STEPS: tuple[Step, ...] = (
    _plain(service.submit),
    _plain(service.start_review),
    _plain(service.start_review),
    _plain(service.run_checks),
    _plain(service.run_checks),
    _plain(service.request_information, requirements=["identity_document"]),
    _plain(service.receive_information),
    _plain(service.propose_decision, Decision.APPROVE_WITH_CONDITIONS, ["met_with_conditions"], CONDITIONS),
    _plain(service.propose_decision, Decision.APPROVE_WITH_CONDITIONS, ["met_with_conditions"], CONDITIONS),
    _plain(service.propose_decision, Decision.REJECT, ["outside_risk_appetite"]),
    _plain(service.sign, Signature.APPROVE),
    _plain(service.sign, Signature.APPROVE),
    _plain(service.sign, Signature.RETURN, ["data_missing"]),
    _plain(service.sign, Signature.REJECT, ["outside_risk_appetite"]),
    _plain(service.decide_by_rule),
    _plain(service.waive_requirement, "address_proof", "evidence_elsewhere"),
    _plain(service.withdraw, "customer_withdrew"),
    _paper,
    _paper,
)
LOGINS = ("rm", "rm2", "lead", "officer", "officer2", "officer3", "head", "auditor", "system")


async def _holds(bank: make.Bank, case_id: UUID) -> OnboardingCase:
    """One open item for an open case, none for a closed one; an approval stands on enough different people."""
    async with bank.platform.transaction(bank.system) as ctx:
        case = (await queries.found(ctx, case_id)).case
        open_items = (
            await ctx.session.execute(
                text(
                    "SELECT queue, due_at, escalate_at FROM work_item"
                    " WHERE subject_id = :id AND state IN ('open', 'claimed')"
                ),
                {"id": case_id},
            )
        ).all()
        approvals = (await queries.approvals_of(ctx, [case_id])).get(case_id, [])
        needed = await ctx.session.scalar(
            text("SELECT count(*) FROM case_requirement WHERE case_id = :id AND code = 'signatures'"), {"id": case_id}
        )
    assert len(open_items) == (case.state not in queries.FINAL)
    assert all(None not in item for item in open_items)
    if case.state in {"approved", "approved_with_conditions"}:
        signers = {a.approver_id for a in approvals if a.round == case.round and a.decision == "approve"}
        assert len(signers) >= needed
        assert case.proposed_by != case.submitted_by
        assert not signers & {case.submitted_by, case.proposed_by}
    return case


@pytest.mark.parametrize("seed", seeds(2, soak=8))
async def test_no_walk_reaches_approval_without_its_signatures_or_leaves_an_open_case_unattended(
    bank: make.Bank, seed: int
) -> None:
    chance = random.Random(seed)
    papers = ("identity_card", "proof_of_address", "source_of_funds") if seed % 2 else ("identity_card",)
    known = await make.person(
        bank, nationality="IR" if seed % 2 else "CZ", country="IR" if seed % 2 else "CZ", papers=papers
    )
    case = await make.draft(bank, known) if seed % 4 == 0 else await make.in_review(bank, known)
    for _ in range(60):
        try:
            await chance.choice(STEPS)(bank, chance.choice(LOGINS), case.id, chance)
        except TenureError:
            continue
        finally:
            now = await _holds(bank, case.id)
        if now.state in queries.FINAL:
            break
