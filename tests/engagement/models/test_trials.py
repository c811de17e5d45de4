"""A playbook as a trial: who counts, by which arm, with what was known before; and what a model learns from too few."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from backend.access.context import Context
from backend.core.actor import Actor
from backend.core.ids import new_id
from backend.engagement.models import queries, service
from backend.engagement.models.about import about
from backend.engagement.models.learning.treating import Trial
from backend.engagement.models.models import VersionState
from backend.engagement.models.queries.trials import trial
from backend.engagement.models.words import failure_words
from backend.engagement.playbooks.models import Arm, PlaybookEnrolment, Status
from tests.engagement.models.conftest import champion, trained
from tests.factories import portfolio
from tests.factories.customers import Bank

ENTERED = datetime(2026, 7, 15, tzinfo=UTC)


async def enrol(bank: Bank, parties: Sequence[UUID], *, reached: bool = False, **given: object) -> None:
    async def write(ctx: Context) -> None:
        for party_id in parties:
            row = PlaybookEnrolment(
                id=new_id(),
                tenant_id=bank.tenant.id,
                party_id=party_id,
                playbook="win_back",
                ruleset="x",
                trigger="stage",
                source=f"stage:{new_id()}",
                status=Status.FINISHED,
                entered_by=bank.system.id,
                **{"arm": Arm.TREATED, "entered_at": ENTERED, "observe_until": ENTERED + timedelta(days=90)} | given,
            )
            row.ended_at = row.observe_until
            row.goal_at = row.entered_at + timedelta(days=10) if reached else None
            async with ctx.audit("playbook.enrol", ("party", party_id)):
                ctx.session.add(row)

    await bank.run(bank.system, write)


async def read(bank: Bank) -> Trial:
    found: Trial = await bank.run(bank.system, trial, "win_back", frozenset({"dormant"}), date(2026, 11, 22))
    return found


async def test_who_was_drawn_by_lot_and_seen_to_the_end_is_in_the_trial(bank: Bank) -> None:
    staying, leaving = await portfolio.fill(bank, staying=6, leaving=2)
    await enrol(bank, staying[:2], reached=True)
    await enrol(bank, staying[2:3], arm=Arm.CONTROL)
    await enrol(bank, staying[3:4], by_hand=True)
    await enrol(bank, leaving[:1], observe_until=datetime(2027, 3, 1, tzinfo=UTC))
    found = await read(bank)
    assert found.treated.to_dict() == {staying[0]: 1, staying[1]: 1, staying[2]: 0}
    assert found.reached.to_dict() == {staying[0]: 1, staying[1]: 1, staying[2]: 0}
    assert list(found.entered.facts.index) == list(found.treated.index)


async def test_a_customer_counts_by_the_first_entry(bank: Bank) -> None:
    staying, _ = await portfolio.fill(bank, staying=2, leaving=1)
    await enrol(bank, staying[:1], arm=Arm.CONTROL, entered_at=ENTERED - timedelta(days=60))
    await enrol(bank, staying[:1], reached=True)
    found = await read(bank)
    assert (found.treated.tolist(), found.reached.tolist()) == ([0], [0])


async def test_facts_are_those_of_before_the_entry(bank: Bank) -> None:
    """What was booked after the first of the month of the entry is not known yet."""
    staying, _ = await portfolio.fill(bank, staying=2, leaving=1)
    await enrol(bank, staying[:1])
    await enrol(bank, staying[1:2], entered_at=ENTERED - timedelta(days=90))
    found = await read(bank)
    tenure = found.entered.facts["tenure_months"]
    assert tenure[staying[0]] - tenure[staying[1]] in {2, 3}


async def test_a_playbook_that_was_tried_on_too_few_says_so_on_the_draft(bank: Bank, analyst: Actor) -> None:
    staying, _ = await portfolio.fill(bank)
    await enrol(bank, staying[:20], reached=True)
    row = await trained(bank, analyst, "uplift:win_back")
    assert row.state == VersionState.DRAFT
    assert row.failure is not None
    assert failure_words("en", row.failure).startswith("The playbook has been tried on too few: 20 treated")
    assert failure_words("zh_CN", row.failure).startswith("策略试行人数过少")


async def test_a_model_of_uplift_is_named_after_its_playbook(bank: Bank) -> None:
    found = await bank.run(bank.system, about, ["uplift:win_back", "churn"])
    assert found == {"uplift:win_back": "Winning back"}


async def test_a_second_version_is_held_against_the_champion(ledger: Bank, analyst: Actor, head: Actor) -> None:
    first = await champion(ledger, analyst, head, "churn")
    second = await trained(ledger, analyst, "churn")
    assert first.comparison is None
    assert second.comparison is not None
    assert (second.comparison["number"], second.comparison["verdict"]) == (first.number, "open")
    assert [each["measure"] for each in second.comparison["contrasts"]] == ["AUC", "Brier", "log loss"]


async def test_versions_of_different_horizons_are_not_compared(ledger: Bank, analyst: Actor, head: Actor) -> None:
    await champion(ledger, analyst, head, "activity", 6)
    assert (await trained(ledger, analyst, "activity", 3)).comparison is None


async def test_every_playbook_can_be_asked_for_its_uplift(bank: Bank, analyst: Actor) -> None:
    codes = await bank.run(analyst, service.trainable)
    assert {"uplift:win_back", "uplift:welcome"} <= set(codes)
    assert await bank.run(analyst, queries.models) == []
