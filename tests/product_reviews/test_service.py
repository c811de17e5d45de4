import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from backend.access.context import Context
from backend.access.errors import NotAllowed
from backend.core.errors import TenureError
from backend.product_reviews import service
from backend.product_reviews.errors import (
    ActionMissing,
    ChannelsMissing,
    DecisionReasonUnknown,
    DueDayInvalid,
    FindingMissing,
    PackMissing,
    ProductReviewTaken,
    TriggerNotForHand,
    WordsMissing,
)
from backend.product_reviews.models import (
    ActionState,
    ProductDecision,
    ProductReview,
    ProductReviewState,
    ProductTrigger,
    Severity,
)
from backend.product_reviews.queries import reviews
from backend.product_reviews.rules import Verdict
from backend.product_reviews.service.opening import Signal
from backend.products import moving
from backend.products import queries as products
from backend.products.models import Product, ProductRisk, ProductState
from tests.product_reviews.conftest import Shelf

GOOD = Verdict(decision=ProductDecision.CONTINUE, reason="as_expected")


def verdict(decision: ProductDecision, reason: str, **more: Any) -> Verdict:
    return Verdict(decision=decision, reason=reason, note="As the findings say", **more)


async def note(shelf: Shelf, kind: ProductTrigger, source: str) -> ProductReview | None:
    async def act(ctx: Context) -> ProductReview | None:
        product = await products.product(ctx, shelf.product.id)
        return await service.note(ctx, product, [Signal(kind, source, ctx.now.date())])

    return await shelf.platform.run(shelf.makers.system, act)


async def finding(shelf: Shelf, row: ProductReview, severity: Severity = Severity.MEDIUM) -> Any:
    return await shelf.run("maker", service.find, row.id, "value", severity, "The fee outweighs the interest")


async def decided(shelf: Shelf, row: ProductReview, how: Verdict) -> ProductReview:
    await shelf.run("maker", service.propose, row.id, how)
    found: ProductReview = await shelf.run("officer", service.sign, row.id)
    return found


async def state(shelf: Shelf) -> ProductState:
    return ProductState((await shelf.run("system", products.product, shelf.product.id)).state)


async def test_a_product_has_one_open_review_that_gathers_triggers(shelf: Shelf) -> None:
    first = await shelf.review()
    second = await note(shelf, ProductTrigger.COMPLAINT_SPIKE, "month 2026-10")
    assert second is not None
    assert second.id == first.id
    triggers = (await shelf.run("system", reviews.triggers_of, [first.id]))[first.id]
    assert [each.kind for each in triggers] == ["request", "complaint_spike"]


async def test_a_trigger_is_noted_once_however_often_it_is_told(shelf: Shelf) -> None:
    assert await note(shelf, ProductTrigger.VALUE_OUTLIER, "region Brno") is not None
    assert await note(shelf, ProductTrigger.VALUE_OUTLIER, "region Brno") is None


async def test_triggers_told_at_once_end_in_one_review(shelf: Shelf) -> None:
    kinds = [ProductTrigger.OUT_OF_MARKET, ProductTrigger.VALUE_OUTLIER, ProductTrigger.COMPLAINT_SPIKE]
    found = await asyncio.gather(*(note(shelf, kind, f"at once {place % 2}") for place in range(4) for kind in kinds))
    assert len({row.id for row in found if row is not None}) == 1
    assert await shelf.count("product_review_trigger") == 6
    assert await shelf.count("product_review") == 1


async def test_the_database_refuses_a_second_open_review(shelf: Shelf) -> None:
    row = await shelf.review()

    async def another(ctx: Context) -> None:
        copy = ProductReview(**row.model_dump(exclude={"id", "entry_id", "ver"}))
        async with ctx.audit("product_review.open", ("product_review", copy.id)):
            ctx.session.add(copy)

    with pytest.raises((IntegrityError, TenureError)):
        await shelf.run("system", another)


async def test_a_louder_trigger_makes_the_clock_shorter(shelf: Shelf) -> None:
    before = await shelf.review()
    after = await note(shelf, ProductTrigger.COMPLAINT_SPIKE, "month 2026-10")
    assert after is not None
    assert after.due_at < before.due_at


async def test_only_what_the_rules_leave_to_people_is_opened_by_hand(shelf: Shelf) -> None:
    with pytest.raises(TriggerNotForHand):
        await shelf.run("maker", service.open_review, shelf.product.id, ProductTrigger.LOSS_RATIO_DRIFT, "Look")


async def test_a_review_is_opened_with_a_reason_in_words(shelf: Shelf) -> None:
    with pytest.raises(WordsMissing):
        await shelf.review("  ")


async def test_somebody_elses_review_is_not_worked_on(shelf: Shelf) -> None:
    row = await shelf.taken()
    with pytest.raises(ProductReviewTaken):
        await shelf.run("maker2", service.find, row.id, "value", Severity.LOW, "Words")


async def test_nothing_is_decided_without_a_pack(shelf: Shelf) -> None:
    row = await shelf.taken()
    with pytest.raises(PackMissing):
        await shelf.run("maker", service.propose, row.id, GOOD)


async def test_two_people_decide_and_the_next_day_follows_from_the_risk(held: Shelf) -> None:
    row, pack = await held.packed()
    done = await decided(held, row, GOOD)
    assert done.state == ProductReviewState.DECIDED
    assert (done.proposed_by, done.signed_by) == (held.makers.people["maker"].id, held.makers.people["officer"].id)
    assert done.pack_id == pack.id
    assert done.next_review_on == date(2028, 11, held.makers.clock().day)


async def test_whoever_signed_first_does_not_sign_second(held: Shelf) -> None:
    row, _ = await held.packed()
    await held.run("maker", service.propose, row.id, GOOD)
    with pytest.raises(NotAllowed):
        await held.run("maker", service.sign, row.id)


async def test_the_database_refuses_one_person_for_both_signatures(held: Shelf) -> None:
    row, _ = await held.packed()
    await held.run("maker", service.propose, row.id, GOOD)

    async def force(ctx: Context) -> None:
        found = await reviews.review(ctx, row.id, lock=True)
        async with ctx.audit("product_review.sign", ("product_review", row.id)):
            found.state, found.decision, found.decided_at = "decided", found.proposal, ctx.now
            found.signed_by = found.proposed_by

    with pytest.raises((IntegrityError, TenureError), match="four_eyes"):
        await held.run("system", force)


async def test_two_signatures_at_once_decide_once(held: Shelf) -> None:
    row, _ = await held.packed()
    await held.run("maker", service.propose, row.id, GOOD)
    answers = await asyncio.gather(
        *(held.run(login, service.sign, row.id) for login in ("officer", "officer2", "head")), return_exceptions=True
    )
    assert sum(isinstance(each, ProductReview) for each in answers) == 1


async def test_what_is_sent_back_is_in_review_again_without_a_signature(held: Shelf) -> None:
    row, _ = await held.packed()
    await held.run("maker", service.propose, row.id, GOOD)
    back = await held.run("officer", service.send_back, row.id)
    assert (back.state, back.proposed_by, back.proposal) == (ProductReviewState.IN_REVIEW, None, None)


async def test_a_new_trigger_takes_the_first_signature_away(held: Shelf) -> None:
    row, _ = await held.packed()
    await held.run("maker", service.propose, row.id, GOOD)
    await note(held, ProductTrigger.COMPLAINT_SPIKE, "month 2026-11")
    assert (await held.find(row.id)).state == ProductReviewState.IN_REVIEW


async def test_a_decision_against_the_product_needs_a_finding(held: Shelf) -> None:
    row, _ = await held.packed()
    with pytest.raises(FindingMissing):
        await held.run("maker", service.propose, row.id, verdict(ProductDecision.SUSPEND, "poor_value"))


async def test_a_grave_finding_needs_an_action(held: Shelf) -> None:
    row, _ = await held.packed()
    await finding(held, row, Severity.HIGH)
    with pytest.raises(ActionMissing):
        await held.run("maker", service.propose, row.id, GOOD)


async def test_a_reason_must_fit_the_decision(held: Shelf) -> None:
    row, _ = await held.packed()
    await finding(held, row)
    with pytest.raises(DecisionReasonUnknown):
        await held.run("maker", service.propose, row.id, verdict(ProductDecision.WITHDRAW, "as_expected"))


async def test_only_channels_of_the_product_can_be_closed(held: Shelf) -> None:
    row, _ = await held.packed()
    await finding(held, row)
    wrong = verdict(ProductDecision.RESTRICT_CHANNEL, "distribution", channels=("telephone",))
    with pytest.raises(ChannelsMissing):
        await held.run("maker", service.propose, row.id, wrong)


async def test_closed_channels_stand_on_the_decision(held: Shelf) -> None:
    row, _ = await held.packed()
    await finding(held, row)
    done = await decided(held, row, verdict(ProductDecision.RESTRICT_CHANNEL, "distribution", channels=("web",)))
    assert done.channels == ["web"]
    assert await held.run("system", reviews.closed_channels, [held.product.id]) == {held.product.id: frozenset({"web"})}


async def test_a_suspended_product_is_off_sale_at_once(held: Shelf) -> None:
    row, _ = await held.packed()
    await finding(held, row)
    await decided(held, row, verdict(ProductDecision.SUSPEND, "poor_value"))
    assert await state(held) is ProductState.UNDER_REVIEW


async def test_remediation_takes_the_product_off_sale_and_proposes_the_next_step(held: Shelf) -> None:
    row, _ = await held.packed()
    await finding(held, row)
    await decided(held, row, verdict(ProductDecision.REMEDIATE, "harm"))
    assert await state(held) is ProductState.UNDER_REVIEW
    open_ = await held.run("system", products.open_moves, held.product.id)
    assert [each.target for each in open_] == [ProductState.REMEDIATION]


async def test_a_withdrawal_waits_for_what_its_gate_asks(held: Shelf) -> None:
    row, _ = await held.packed()
    await finding(held, row)
    await decided(held, row, verdict(ProductDecision.WITHDRAW, "no_demand"))
    open_ = await held.run("system", products.open_moves, held.product.id)
    assert [each.target for each in open_] == [ProductState.WITHDRAWN]


async def test_a_decided_product_can_be_reviewed_again(held: Shelf) -> None:
    row, _ = await held.packed()
    await decided(held, row, GOOD)
    assert (await held.review()).id != row.id


async def test_an_action_has_an_owner_and_a_day_ahead(held: Shelf) -> None:
    row = await held.taken()
    found = await finding(held, row)
    owner, today = held.makers.people["rm"].id, held.makers.clock().date()
    with pytest.raises(DueDayInvalid):
        await held.run("maker", service.set_action, row.id, found.id, "Lower the fee", owner, today)
    action = await held.run(
        "maker", service.set_action, row.id, found.id, "Lower the fee", owner, today + timedelta(days=30)
    )
    assert action.state == ActionState.OPEN


async def test_owners_are_reminded_and_then_the_action_is_late(held: Shelf) -> None:
    row = await held.taken()
    found, clock = await finding(held, row), held.makers.clock
    owner, due = held.makers.people["maker2"].id, clock().date() + timedelta(days=30)
    action = await held.run("maker", service.set_action, row.id, found.id, "Lower the fee", owner, due)
    told = []
    for days in (10, 8, 10, 5):
        clock.advance(timedelta(days=days))
        while await held.run("system", service.watch, 50):
            pass
        now = (await held.run("system", reviews.action, action.id))[0]
        told.append((now.reminders, now.escalated_at is not None))
    assert told == [(0, False), (1, False), (2, False), (2, True)]


async def test_the_owner_ends_an_action_with_what_was_done(held: Shelf) -> None:
    row = await held.taken()
    found = await finding(held, row)
    owner, due = held.makers.people["maker2"].id, held.makers.clock().date() + timedelta(days=30)
    action = await held.run("maker", service.set_action, row.id, found.id, "Lower the fee", owner, due)
    done = await held.run("maker2", service.end_action, action.id, ActionState.DONE, "Lowered to 9.90")
    assert (done.state, done.ended_by) == (ActionState.DONE, owner)


async def test_who_neither_owns_an_action_nor_reviews_does_not_end_it(held: Shelf) -> None:
    row = await held.taken()
    found = await finding(held, row)
    due = held.makers.clock().date() + timedelta(days=30)
    owner = held.makers.people["maker2"].id
    action = await held.run("maker", service.set_action, row.id, found.id, "Lower the fee", owner, due)
    with pytest.raises(NotAllowed):
        await held.run("officer", service.end_action, action.id, ActionState.DONE, "Done")


async def test_an_overdue_review_is_told_once(shelf: Shelf) -> None:
    row = await shelf.review()
    shelf.makers.clock.advance(timedelta(days=61))
    assert await shelf.run("system", service.watch, 50) == 1
    assert await shelf.run("system", service.watch, 50) == 0
    assert (await shelf.find(row.id)).escalated_at is not None


@pytest.mark.parametrize(("risk", "months"), [(ProductRisk.HIGH, 12), (ProductRisk.LOW, 36)])
async def test_the_schedule_follows_the_risk(
    opened: Callable[[ProductRisk], Awaitable[Product]], makers: Any, risk: ProductRisk, months: int
) -> None:
    await opened(risk)
    makers.clock.advance(timedelta(days=30 * (months - 3)))
    assert await makers.run("system", service.open_due, 50) == 0
    makers.clock.advance(timedelta(days=70))
    assert await makers.run("system", service.open_due, 50) == 1
    assert await makers.run("system", service.open_due, 50) == 0


async def test_a_second_version_on_sale_is_a_significant_change(shelf: Shelf) -> None:
    from backend.products import service as catalogue
    from tests.factories import products as make

    shelf.makers.clock.advance(timedelta(days=1))
    await shelf.run("maker", catalogue.begin_version, shelf.product.id)
    await shelf.makers.revise("maker", shelf.product.id, make.definition(channels=["branch"]))
    for target in ("target_market", "testing", "approval", "on_sale"):
        await shelf.makers.pass_on(shelf.product.id, ProductState(target), of_version=True)
    shelf.makers.clock.advance(timedelta(days=2))
    row = await shelf.run("system", service.look, shelf.product.id)
    assert row is not None
    assert row.cause == ProductTrigger.SIGNIFICANT_CHANGE
    assert await shelf.run("system", service.look, shelf.product.id) is None


async def test_a_product_that_was_never_sold_is_not_reviewed(makers: Any) -> None:
    idea = await makers.concept()
    with pytest.raises(TenureError) as refused:
        await makers.run("maker", service.open_review, idea.id, ProductTrigger.REQUEST, "Look")
    assert refused.value.code == "product_review.not_reviewed"


async def test_product_people_see_reviews_and_the_first_line_does_not(shelf: Shelf) -> None:
    row = await shelf.review()
    assert (await shelf.run("auditor", reviews.review, row.id)).id == row.id
    with pytest.raises(TenureError) as refused:
        await shelf.run("rm", reviews.review, row.id)
    assert refused.value.code == "product_review.not_found"


async def test_every_step_of_a_review_is_in_the_log(held: Shelf) -> None:
    row, _ = await held.packed()
    await decided(held, row, GOOD)

    async def actions(ctx: Context) -> set[str]:
        rows = await ctx.session.execute(text("SELECT DISTINCT action FROM audit_entry"))
        return {name for (name,) in rows if name.startswith("product_review.")}

    assert await held.run("system", actions) >= {
        "product_review.open",
        "product_review.take",
        "product_review.request_pack",
        "product_review.finish_pack",
        "product_review.propose",
        "product_review.sign",
    }


async def test_a_step_of_the_product_that_is_open_already_refuses_the_decision(held: Shelf) -> None:
    row, _ = await held.packed()
    await finding(held, row)
    await held.run("maker", service.propose, row.id, verdict(ProductDecision.WITHDRAW, "no_demand"))
    await held.run("maker", moving.propose, held.product.id, ProductState.WITHDRAWN)
    with pytest.raises(TenureError) as refused:
        await held.run("officer", service.sign, row.id)
    assert refused.value.code == "product.move_open"
    assert (await held.find(row.id)).state == ProductReviewState.PENDING_SIGNATURE
