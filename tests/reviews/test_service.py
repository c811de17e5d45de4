"""Reviews opened, gathered, worked, signed, followed: what each step does and refuses."""

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import select

from backend.access.context import Context
from backend.access.errors import NotAllowed
from backend.audit.models import AuditEntry
from backend.casework import queries as work
from backend.core.clock import FixedClock
from backend.core.errors import TenureError
from backend.customers.models import Customer, Stage
from backend.customers.service.relations import customer_of, set_stage
from backend.reviews import service
from backend.reviews.errors import (
    AnotherPersonMustSign,
    ConcernStands,
    ItemUnknown,
    NoteEmpty,
    QuestionsOpen,
    ReviewStateForbids,
    ReviewTaken,
    TriggerNotByHand,
)
from backend.reviews.models import Answer, Outcome, Review, ReviewState, TriggerKind
from backend.reviews.queries import reviews
from backend.reviews.service import Verdict
from tests.conftest import NOW
from tests.factories import onboarding as make
from tests.factories import reviews as given

TODAY = NOW.date()
REQUEST, BEHAVIOUR = TriggerKind.REQUEST, TriggerKind.BEHAVIOUR


async def _open(bank: make.Bank, level: str = "low") -> Review:
    party_id = await given.customer(bank, level=level)
    found = await given.noted(bank, party_id, REQUEST, "first", TODAY)
    assert found is not None
    return found


async def _again(bank: make.Bank, review: Review) -> Review:
    return await bank.run("system", reviews.review, review.id)


async def _next_day(bank: make.Bank, review: Review):
    async def found(ctx: Context) -> Customer:
        return (await ctx.session.scalars(select(Customer).where(Customer.party_id == review.party_id))).one()

    return (await bank.run("system", found)).next_review_on


async def test_a_further_trigger_joins_the_open_review(bank: make.Bank) -> None:
    first = await _open(bank)
    second = await given.noted(bank, first.party_id, BEHAVIOUR, "flag", TODAY)
    assert second is not None
    assert second.id == first.id
    assert [each.kind for each in await given.triggers(bank, first.id)] == ["request", "behaviour"]


async def test_the_same_source_is_noted_once(bank: make.Bank) -> None:
    first = await _open(bank)
    assert await given.noted(bank, first.party_id, REQUEST, "first", TODAY) is None
    assert len(await given.triggers(bank, first.id)) == 1


async def test_a_trigger_can_shorten_the_clock_and_deepen_the_review_and_never_the_other_way(bank: make.Bank) -> None:
    first = await _open(bank)
    urgent = await given.noted(bank, first.party_id, TriggerKind.LIST_HIT, "alert", TODAY)
    later = await given.noted(bank, first.party_id, TriggerKind.PRODUCT_CHANGED, "account", TODAY)
    assert urgent is not None
    assert later is not None
    assert (first.depth, urgent.depth, later.depth) == ("simplified", "enhanced", "enhanced")
    assert later.due_at == urgent.due_at < first.due_at


async def test_many_triggers_at_once_open_one_review(bank: make.Bank) -> None:
    party_id = await given.customer(bank)
    await asyncio.gather(*(given.noted(bank, party_id, REQUEST, f"call {n}", TODAY) for n in range(6)))
    (review,) = await given.found(bank, party_id)
    assert len(await given.triggers(bank, review.id)) == 6


async def test_a_low_risk_review_ends_with_one_signature_and_sets_the_next_day(bank: make.Bank) -> None:
    review = await _open(bank)
    await given.answered(bank, "officer", review)
    ended = await bank.run("officer", service.propose, review.id, given.KEPT)
    assert (ended.state, ended.outcome, ended.decided_by) == ("completed", "keep", bank["officer"].id)
    assert ended.next_review_on is not None
    assert ended.next_review_on > TODAY
    assert await _next_day(bank, review) == ended.next_review_on


async def test_a_high_risk_review_needs_another_persons_signature(bank: make.Bank) -> None:
    review = await _open(bank, "high")
    await given.answered(bank, "officer", review)
    proposed = await bank.run("officer", service.propose, review.id, given.KEPT)
    assert proposed.state == "pending_approval"
    with pytest.raises((AnotherPersonMustSign, NotAllowed)):
        await bank.run("officer", service.sign, review.id)
    signed = await bank.run("officer2", service.sign, review.id)
    assert (signed.state, signed.proposed_by, signed.decided_by) == (
        "completed",
        bank["officer"].id,
        bank["officer2"].id,
    )


async def test_a_proposal_that_is_sent_back_is_with_its_maker_again(bank: make.Bank) -> None:
    review = await _open(bank, "high")
    await given.answered(bank, "officer", review)
    await bank.run("officer", service.propose, review.id, given.KEPT)
    back = await bank.run("officer2", service.send_back, review.id)
    assert (back.state, back.assignee_id, back.proposal) == ("in_review", bank["officer"].id, None)


async def test_a_proposal_falls_when_something_new_comes_up(bank: make.Bank) -> None:
    review = await _open(bank, "high")
    await given.answered(bank, "officer", review)
    await bank.run("officer", service.propose, review.id, given.KEPT)
    await given.noted(bank, review.party_id, BEHAVIOUR, "flag", TODAY)
    assert (await _again(bank, review)).state == "in_review"
    with pytest.raises(ReviewStateForbids):
        await bank.run("officer2", service.sign, review.id)


async def test_a_review_does_not_end_before_every_question_is_answered(bank: make.Bank) -> None:
    review = await _open(bank)
    await bank.run("officer", service.take, review.id)
    with pytest.raises(QuestionsOpen):
        await bank.run("officer", service.propose, review.id, given.KEPT)


async def test_a_concern_needs_a_word_before_the_relationship_is_kept(bank: make.Bank) -> None:
    review = await _open(bank)
    await bank.run("officer", service.take, review.id)
    with pytest.raises(NoteEmpty):
        await bank.run("officer", service.answer, review.id, "identity", Answer.CONCERN)
    await given.answered(bank, "officer", review, Answer.CONCERN)
    with pytest.raises(ConcernStands):
        await bank.run("officer", service.propose, review.id, given.KEPT)
    told = Verdict(outcome=Outcome.KEEP, reason="explained", words="Seen in the branch.")
    assert (await bank.run("officer", service.propose, review.id, told)).state == "completed"


async def test_somebody_elses_review_is_not_worked_on(bank: make.Bank) -> None:
    review = await _open(bank)
    await bank.run("officer", service.take, review.id)
    for verb, arguments in ((service.take, ()), (service.release, ()), (service.ask, (["income"],))):
        with pytest.raises(ReviewTaken):
            await bank.run("officer2", verb, review.id, *arguments)


async def test_a_restriction_takes_two_people_and_stands_until_a_review_keeps_the_customer(
    bank: make.Bank, clock: FixedClock
) -> None:
    review = await _open(bank)
    await given.answered(bank, "officer", review)
    unexplained = Verdict(outcome=Outcome.RESTRICT, reason="unexplained", words="No papers.")
    assert (await bank.run("officer", service.propose, review.id, unexplained)).state == "pending_approval"
    await bank.run("head", service.sign, review.id)
    standing = await bank.run("system", reviews.restrictions_of, [review.party_id])
    assert [each.measure for each in standing[review.party_id]] == ["nothing_new"]
    clock.advance(timedelta(days=1))
    again = await given.noted(bank, review.party_id, REQUEST, "second", TODAY)
    assert again is not None
    await given.answered(bank, "officer", again)
    ended = await bank.run("officer", service.propose, again.id, given.KEPT)
    if ended.state == "pending_approval":
        await bank.run("officer2", service.sign, again.id)
    assert not await bank.run("system", reviews.restrictions_of, [review.party_id])


async def test_an_exit_is_told_to_whoever_ends_relationships(bank: make.Bank) -> None:
    review = await _open(bank)
    await given.answered(bank, "officer", review)
    leave = Verdict(outcome=Outcome.EXIT, reason="beyond_appetite", words="Ends by the end of the quarter.")
    await bank.run("officer", service.propose, review.id, leave)
    await bank.run("officer2", service.sign, review.id)
    assert "customer.exit_decided" in await given.told(bank, review.party_id)


async def test_another_level_is_an_agreed_level_of_the_rating(bank: make.Bank) -> None:
    review = await _open(bank)
    await given.answered(bank, "officer", review)
    higher = Verdict(
        outcome=Outcome.CHANGE_LEVEL, reason="facts_speak_for_other_level", level="very_high", words="Cash business."
    )
    await bank.run("officer", service.propose, review.id, higher)
    await bank.run("officer2", service.sign, review.id)
    assert await given.level(bank, review.party_id) == "very_high"


async def test_asking_the_customer_moves_the_work_to_the_first_line_and_back(bank: make.Bank) -> None:
    review = await _open(bank)
    await bank.run("officer", service.ask, review.id, ["income", "proof_of_address"], "Two papers, please.")
    item = await bank.run("system", work.open_of, review.id)
    assert item.queue == "reviews.information"
    back = await bank.run("lead", service.receive, review.id)
    assert (back.state, back.assignee_id) == ("in_review", bank["officer"].id)
    item = await bank.run("system", work.open_of, review.id)
    assert (item.queue, item.owner_id) == ("reviews.review", bank["officer"].id)
    with pytest.raises(ItemUnknown):
        await bank.run("officer", service.ask, review.id, ["a horse"])


async def test_the_customer_is_reminded_of_twice_before_the_information_is_due(
    bank: make.Bank, clock: FixedClock
) -> None:
    review = await _open(bank)
    asked = await bank.run("officer", service.ask, review.id, ["income"])
    assert asked.information_due_at is not None
    seen = []
    for days in (10, 7, 5, 2, 1):
        clock.advance(asked.information_due_at - timedelta(days=days) - clock())
        await bank.run("system", service.watch, 100)
        seen.append((await _again(bank, review)).reminders)
    assert seen == [0, 1, 1, 2, 2]


async def test_the_end_of_a_relationship_cancels_its_review(bank: make.Bank) -> None:
    review = await _open(bank)

    async def leave(ctx: Context) -> None:
        customer = await customer_of(ctx, review.party_id)
        assert customer is not None
        await set_stage(ctx, customer, Stage.EXITED, "no_interest")

    await bank.run("system", leave)
    await bank.run("system", service.look, [review.party_id])
    assert (await _again(bank, review)).state == ReviewState.CANCELLED
    assert await bank.run("system", work.open_of, review.id) is None


async def test_the_platform_alone_notes_what_it_has_seen(bank: make.Bank) -> None:
    party_id = await given.customer(bank)
    with pytest.raises(TriggerNotByHand):
        await bank.run("officer", service.open_review, party_id, TriggerKind.LIST_HIT, "seen")
    review = await bank.run("officer", service.open_review, party_id, TriggerKind.ADVERSE_INFORMATION, "A newspaper.")
    assert (review.cause, review.depth) == ("adverse_information", "enhanced")


@pytest.mark.parametrize("login", ["rm", "auditor"])
async def test_only_compliance_works_on_reviews(bank: make.Bank, login: str) -> None:
    review = await _open(bank)
    with pytest.raises(TenureError):
        await bank.run(login, service.take, review.id)


async def test_the_log_names_the_rules_and_the_two_people(bank: make.Bank) -> None:
    review = await _open(bank, "high")
    await given.answered(bank, "officer", review)
    await bank.run("officer", service.propose, review.id, given.KEPT)
    await bank.run("officer2", service.sign, review.id)

    async def trail(ctx: Context) -> list[AuditEntry]:
        return list(
            await ctx.session.scalars(
                select(AuditEntry).where(AuditEntry.subject_id == review.id).order_by(AuditEntry.ts, AuditEntry.id)
            )
        )

    entries = {each.action: each for each in await bank.run("system", trail)}
    assert (entries["review.propose"].actor_id, entries["review.sign"].actor_id) == (
        bank["officer"].id,
        bank["officer2"].id,
    )
    assert entries["review.sign"].ruleset == review.ruleset
