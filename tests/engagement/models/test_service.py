"""Models on the record: trained from the ledger, validated by somebody else, confirmed by two, scored and watched."""

from datetime import date
from typing import Any
from uuid import UUID

import pandas as pd
import pytest
from sqlmodel import col, select

from backend.access.context import Context
from backend.access.errors import NotAllowed
from backend.casework import queries as work
from backend.core.actor import Actor
from backend.edge.errors import RuleOfDatabase
from backend.engagement.models import queries, service
from backend.engagement.models.card import card
from backend.engagement.models.errors import (
    FindingsOpen,
    TrainingUnderWay,
    ValidatorNotApart,
    VersionForbids,
    WordsMissing,
)
from backend.engagement.models.measures import Measure
from backend.engagement.models.models import ModelVersion, ScoringRun, Severity, StoredScore, VersionState
from backend.engagement.models.words import failure_words
from backend.jobs import scoring
from tests.engagement.models.conftest import champion, trained, validated
from tests.factories import portfolio
from tests.factories.customers import Bank


async def score(bank: Bank, as_of: date | None = None) -> list[ScoringRun]:
    return await scoring.score_portfolio(bank.platform, bank.system, lambda *_: None, as_of)


async def version(bank: Bank, version_id: UUID) -> ModelVersion:
    found: ModelVersion = await bank.run(bank.system, queries.version, version_id)
    return found


async def test_training_keeps_what_it_learned_from_and_how_good_it_is(ledger: Bank, analyst: Actor) -> None:
    row = await trained(ledger, analyst, "churn")
    assert (row.state, row.failure, row.rows, row.outcomes) == (VersionState.TRAINED, None, 90, 30)
    assert row.data_digest is not None
    assert "movements_change" in row.features
    auc = next(each for each in row.metrics if each["name"] == "AUC")
    assert auc["low"] < auc["value"] < auc["high"]
    assert auc["value"] > 0.8


async def test_the_same_data_give_the_same_model_to_the_last_digit(ledger: Bank, analyst: Actor) -> None:
    first, second = await trained(ledger, analyst, "value"), await trained(ledger, analyst, "value")
    assert (first.data_digest, first.parameters) == (second.data_digest, second.parameters)
    assert (first.number, second.number) == (1, 2)


async def test_too_little_to_learn_from_is_told_with_the_draft(bank: Bank, analyst: Actor) -> None:
    await portfolio.fill(bank, staying=8, leaving=2)
    row = await trained(bank, analyst, "churn")
    assert row.state == VersionState.DRAFT
    assert row.failure is not None
    assert failure_words("en", row.failure).startswith("There is too little to learn from: 10 customers")
    assert failure_words("zh_CN", row.failure).startswith("可供学习的数据过少")


async def test_a_model_is_trained_once_at_a_time(bank: Bank, analyst: Actor) -> None:
    await bank.run(analyst, service.request, "rfm")
    with pytest.raises(TrainingUnderWay):
        await bank.run(analyst, service.request, "rfm")


async def test_whoever_trained_a_model_does_not_validate_it(ledger: Bank, analyst: Actor) -> None:
    row = await trained(ledger, analyst)
    await ledger.run(analyst, service.submit, row.id)
    with pytest.raises(ValidatorNotApart):
        await ledger.run(analyst, service.validate, row.id, "Any.")


async def test_the_database_refuses_a_validator_who_trained(ledger: Bank, analyst: Actor) -> None:
    row = await trained(ledger, analyst)

    async def forge(ctx: Context) -> None:
        found = await ctx.session.get_one(ModelVersion, row.id)
        async with ctx.audit("model.validate", ("model_version", row.id)):
            found.state, found.limits, found.validated_by = VersionState.VALIDATED, "Any.", row.trained_by

    with pytest.raises(RuleOfDatabase, match="validator"):
        await ledger.run(ledger.system, forge)


async def test_the_database_refuses_a_champion_of_one_person(ledger: Bank, analyst: Actor, head: Actor) -> None:
    row = await validated(ledger, analyst, head)

    async def forge(ctx: Context) -> None:
        found = await ctx.session.get_one(ModelVersion, row.id)
        async with ctx.audit("model.confirm", ("model_version", row.id)):
            found.state, found.promoted_by, found.confirmed_by = VersionState.CHAMPION, analyst.id, analyst.id

    with pytest.raises(RuleOfDatabase, match="four_eyes"):
        await ledger.run(ledger.system, forge)


async def test_a_high_finding_is_answered_before_validation(ledger: Bank, analyst: Actor, head: Actor) -> None:
    row = await trained(ledger, analyst)
    await ledger.run(analyst, service.submit, row.id)
    found = await ledger.run(head, service.find, row.id, Severity.HIGH, "Leavers are too few.")
    with pytest.raises(FindingsOpen):
        await ledger.run(head, service.validate, row.id, "Any.")
    await ledger.run(analyst, service.answer, found.id, "Thirty; the interval says so.")
    done = await ledger.run(head, service.validate, row.id, "For accounts older than half a year.")
    assert (done.state, done.validated_by) == (VersionState.VALIDATED, head.id)


async def test_limits_of_use_are_written_down(ledger: Bank, analyst: Actor, head: Actor) -> None:
    row = await trained(ledger, analyst)
    await ledger.run(analyst, service.submit, row.id)
    with pytest.raises(WordsMissing):
        await ledger.run(head, service.validate, row.id, "  ")


async def test_a_champion_is_confirmed_by_another_and_follows_the_one_before(
    ledger: Bank, analyst: Actor, head: Actor
) -> None:
    first = await champion(ledger, analyst, head)
    second = await validated(ledger, analyst, head)
    await ledger.run(analyst, service.promote, second.id)
    with pytest.raises(NotAllowed):
        await ledger.run(analyst, service.confirm, second.id)
    await ledger.run(head, service.confirm, second.id)
    states = [(await version(ledger, each.id)).state for each in (first, second)]
    assert states == [VersionState.RETIRED, VersionState.CHAMPION]


async def test_a_rejected_model_never_scores(ledger: Bank, analyst: Actor, head: Actor) -> None:
    row = await trained(ledger, analyst)
    await ledger.run(analyst, service.submit, row.id)
    await ledger.run(head, service.reject, row.id, "The rhythm is not the customers' own.")
    with pytest.raises(VersionForbids):
        await ledger.run(analyst, service.promote, row.id)
    assert await score(ledger) == []


async def test_scores_are_told_of_the_champion_and_prove_themselves(ledger: Bank, analyst: Actor, head: Actor) -> None:
    await champion(ledger, analyst, head, "churn")
    (run,) = await score(ledger)
    stored = await ledger.run(ledger.system, queries.stored, run.id)
    assert service.digest(stored) == run.digest
    told = await ledger.run(ledger.manager, queries.scores, "churn", list(stored.index))
    assert {party_id: each.value for party_id, each in told.items()} == stored["value"].to_dict()
    assert all(each.low <= each.value <= each.high and each.reasons for each in told.values())
    frame = await ledger.run(ledger.system, queries.scores_frame, "churn")
    assert frame["value"].to_dict() == stored["value"].to_dict()


async def test_who_fell_silent_is_scored_above_who_stays(bank: Bank, analyst: Actor, head: Actor) -> None:
    staying, leaving = await portfolio.fill(bank)
    await champion(bank, analyst, head, "churn")
    await score(bank, portfolio.TURN)
    frame = await bank.run(bank.system, queries.scores_frame, "churn")
    assert frame["value"][leaving].mean() > frame["value"][staying].mean() + 0.3


async def test_a_manager_of_another_book_sees_no_score(ledger: Bank, analyst: Actor, head: Actor) -> None:
    await champion(ledger, analyst, head)
    (run,) = await score(ledger)
    stored = await ledger.run(ledger.system, queries.stored, run.id)
    assert await ledger.run(ledger.stranger, queries.scores, "activity", list(stored.index)) == {}


async def test_a_day_is_scored_once(ledger: Bank, analyst: Actor, head: Actor) -> None:
    await champion(ledger, analyst, head, "rfm")
    assert [len(await score(ledger)), len(await score(ledger))] == [1, 0]


async def test_outcomes_judge_what_was_told_when_the_horizon_began(ledger: Bank, analyst: Actor, head: Actor) -> None:
    row = await champion(ledger, analyst, head, "churn")
    await score(ledger, portfolio.TURN)
    await score(ledger, portfolio.LAST)
    latest = (await ledger.run(analyst, queries.watches_of, [row.id]))[0]
    assert latest.outcomes_of == portfolio.TURN
    assert {"AUC", "calibration slope", "PSI"} <= {str(each["name"]) for each in latest.measures}


async def test_what_is_out_of_bounds_is_work_of_the_owner_until_it_is_right(
    ledger: Bank, analyst: Actor, head: Actor
) -> None:
    row = await champion(ledger, analyst, head)
    (run,) = await score(ledger)
    beyond = Measure("PSI", 0.6, None, None, "< 0.25", True)

    async def again(ctx: Context, measures: list[Measure]) -> Any:
        found = (await ctx.session.scalars(select(ScoringRun).where(col(ScoringRun.id) == run.id))).one()
        copied = ScoringRun(**found.model_dump(exclude={"id", "entry_id", "ver"}))
        async with ctx.audit("model.run.score", ("scoring_run", copied.id)):
            ctx.session.add(copied)
        await service.note(ctx, row.id, copied.id, run.as_of, measures, None)
        await scoring.place_work(ctx, row.id)
        return await work.open_of(ctx, row.model_id)

    item = await ledger.run(ledger.system, again, [beyond])
    assert (item.queue, item.owner_id) == ("models.watch", analyst.id)
    assert await ledger.run(ledger.system, again, []) is None


async def test_validation_waits_in_a_queue_for_somebody_else(ledger: Bank, analyst: Actor) -> None:
    row = await trained(ledger, analyst)
    await ledger.run(analyst, service.submit, row.id)
    item = await ledger.run(ledger.system, scoring.place_work, row.id)
    assert (item.queue, item.excluded_id) == ("models.validation", analyst.id)


async def test_a_card_says_who_validated_and_within_which_limits(ledger: Bank, analyst: Actor, head: Actor) -> None:
    row = await champion(ledger, analyst, head)

    async def written(ctx: Context) -> str:
        model = await queries.model_of(ctx, row.model_id)
        return (await card(ctx, model, await queries.version(ctx, row.id))).markdown()

    text = await ledger.run(analyst, written)
    assert "**Validated by**: officer" in text
    assert "For current accounts only." in text
    assert row.data_digest in text


async def test_retiring_a_champion_takes_its_scores_out_of_use(ledger: Bank, analyst: Actor, head: Actor) -> None:
    row = await champion(ledger, analyst, head)
    await score(ledger)
    await ledger.run(analyst, service.retire, row.id)
    assert (await ledger.run(ledger.system, queries.scores_frame, "activity")).empty


async def test_scores_of_old_runs_are_destroyed_and_the_runs_stay(ledger: Bank, analyst: Actor, head: Actor) -> None:
    await champion(ledger, analyst, head, "activity", 2)
    await score(ledger, date(2026, 2, 28))
    await score(ledger, portfolio.LAST)

    async def left(ctx: Context) -> tuple[int, list[bool]]:
        days = select(StoredScore.run_id).where(col(StoredScore.tenant_id) == ledger.tenant.id).distinct()
        runs = (await ctx.session.scalars(select(ScoringRun).order_by(col(ScoringRun.as_of)))).all()
        return len((await ctx.session.scalars(days)).all()), [each.pruned_at is not None for each in runs]

    assert await ledger.run(ledger.system, left) == (1, [True, False])


def test_a_digest_does_not_depend_on_the_order_of_the_rows() -> None:
    frame = pd.DataFrame({"a": [1.0, 2.0], "b": ["x", "y"]}, index=["k", "l"])
    assert service.data_digest(frame) == service.data_digest(frame.iloc[::-1])


async def test_values_stand_beside_the_parties_that_are_asked_for(ledger: Bank, analyst: Actor, head: Actor) -> None:
    await champion(ledger, analyst, head)
    await score(ledger)
    told = (await ledger.run(ledger.system, queries.scores_frame, "activity"))["value"]
    strangers = [UUID(int=1), UUID(int=2**127)]
    known = pd.Index(sorted([*told.index[1:], *strangers]), name="party_id", dtype=object)
    for everybody in (True, False):
        found = await ledger.run(ledger.system, queries.values, "activity", known, all_of_them=everybody)
        assert list(found.index) == list(known)
        assert found.dropna().to_dict() == told[1:].to_dict()
        assert found[strangers].isna().all()
