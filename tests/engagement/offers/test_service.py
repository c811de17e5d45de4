"""Offers on the record: only what may be sold to whom may be asked, answers that count, and sales that came of them."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from backend.access.errors import NotAllowed
from backend.consent import service as consent
from backend.core.clock import FixedClock
from backend.engagement.contact import ContactAnswer
from backend.engagement.offers import queries, service
from backend.engagement.offers.errors import (
    AnswerOverdetermined,
    DeclineReasonUnknown,
    LaterOutOfRange,
    NotOffered,
)
from backend.engagement.offers.models import Answer, Basis, OfferAnswer
from backend.engagement.offers.rules import Ranking
from tests.engagement.playbooks.test_uplift_entry import score
from tests.factories import complaints
from tests.factories import onboarding as make
from tests.factories import reviews as customers
from tests.factories import suitability as advice
from tests.factories.contact_house import House


async def agreed(bank: make.Bank, party_id: UUID, *purposes: str) -> None:
    for purpose in purposes or ("marketing", "profiling"):
        given = consent.ConsentInput(purpose=purpose, text_version=1, evidence="in_person")
        await bank.run("rm", consent.record_consent, party_id, given)


async def customer(bank: make.Bank, *purposes: str) -> UUID:
    """Active, in the manager's book, and has agreed to offers."""
    party_id = await customers.customer(bank)
    await agreed(bank, party_id, *purposes)
    return party_id


async def shelf(bank: make.Bank) -> None:
    await advice.product(bank, "savings")
    await advice.product(bank, "cover", "card")


async def offered(bank: make.Bank, party_id: UUID, login: str = "rm") -> Ranking:
    found: Ranking = await bank.run(login, service.next_best, party_id)
    return found


def codes(found: Ranking) -> list[str]:
    return [each.choice.code for each in found.offers]


def grounds(found: Ranking) -> set[str]:
    return {ground.code for each in found.excluded for ground in each.grounds}


def said(product: str, answer: Answer, **more: Any) -> service.AnswerInput:
    return service.AnswerInput(product=product, answer=answer, **more)


async def test_what_may_be_sold_is_offered_by_what_it_brings(bank: make.Bank, post: House) -> None:
    await shelf(bank)
    found = await offered(bank, await customer(bank))
    assert codes(found) == ["savings", "cover"]
    assert {each.choice.chance.basis for each in found.offers} == {Basis.BASE_RATE}


async def test_nothing_is_offered_without_consent_to_profiling(bank: make.Bank, post: House) -> None:
    await shelf(bank)
    found = await offered(bank, await customer(bank, "marketing"))
    assert (codes(found), grounds(found)) == ([], {"consent"})


async def test_nothing_is_offered_while_a_complaint_is_open(bank: make.Bank, post: House) -> None:
    await shelf(bank)
    party_id = await customer(bank)
    await complaints.received(bank, party_id)
    assert codes(await offered(bank, party_id)) == []


async def test_nothing_is_offered_above_the_contact_cap(bank: make.Bank, post: House) -> None:
    await shelf(bank)
    party_id = await customer(bank)
    post.answers[party_id] = ContactAnswer(False, "email", ("cap_reached",))
    assert grounds(await offered(bank, party_id)) == {"contact"}


async def test_quiet_hours_stand_against_a_message_and_not_against_a_talk(bank: make.Bank, post: House) -> None:
    await shelf(bank)
    party_id = await customer(bank)
    post.answers[party_id] = ContactAnswer(False, "email", ("quiet_hours",))
    assert len(codes(await offered(bank, party_id))) == 2


async def test_manager_sees_offers_of_the_own_book_alone(bank: make.Bank, post: House) -> None:
    party_id = await customer(bank)
    with pytest.raises(NotAllowed):
        await offered(bank, party_id, "rm2")


async def test_refusal_is_recorded_with_what_it_rested_on_and_silences_the_product(
    bank: make.Bank, post: House
) -> None:
    await shelf(bank)
    party_id = await customer(bank)
    row = await bank.run("rm", service.answer, party_id, said("savings", Answer.DECLINED, reason="price"))
    assert (row.place, row.basis, row.reason, row.currency) == (1, Basis.BASE_RATE, "price", "CZK")
    found = await offered(bank, party_id)
    assert (codes(found), grounds(found)) == (["cover"], {"declined"})


async def test_what_is_not_offered_takes_no_answer(bank: make.Bank, post: House) -> None:
    await shelf(bank)
    party_id = await customer(bank, "marketing")
    with pytest.raises(NotOffered):
        await bank.run("rm", service.answer, party_id, said("savings", Answer.ACCEPTED))


async def test_answers_that_do_not_fit_together_are_refused(bank: make.Bank, post: House, clock: FixedClock) -> None:
    await shelf(bank)
    party_id, today = await customer(bank), clock().date()
    for given, error in [
        (said("savings", Answer.DECLINED), AnswerOverdetermined),
        (said("savings", Answer.ACCEPTED, reason="price"), AnswerOverdetermined),
        (said("savings", Answer.LATER), AnswerOverdetermined),
        (said("savings", Answer.DECLINED, reason="weather"), DeclineReasonUnknown),
        (said("savings", Answer.LATER, until=today), LaterOutOfRange),
        (said("savings", Answer.LATER, until=today + timedelta(days=400)), LaterOutOfRange),
    ]:
        with pytest.raises(error):
            await bank.run("rm", service.answer, party_id, given)


async def test_base_rate_learns_from_the_institutions_answers(bank: make.Bank, post: House) -> None:
    await shelf(bank)
    before = (await offered(bank, await customer(bank))).offers[0].choice.chance.value
    for _ in range(3):
        await bank.run("rm", service.answer, await customer(bank), said("savings", Answer.ACCEPTED))
    after = (await offered(bank, await customer(bank))).offers[0].choice.chance.value
    assert after > before


async def test_sale_is_tied_to_the_acceptance_that_it_came_from(
    bank: make.Bank, post: House, clock: FixedClock
) -> None:
    await shelf(bank)
    party_id = await customer(bank)
    row = await bank.run("rm", service.answer, party_id, said("savings", Answer.ACCEPTED))
    clock.advance(timedelta(days=3))
    sale = await advice.sold(bank, party_id, "savings", told=True)
    assert await bank.run("system", service.tie_sales, party_id) == 1
    assert await bank.run("system", service.tie_sales, party_id) == 0

    async def found(ctx: Any) -> UUID | None:
        return await ctx.session.scalar(select(OfferAnswer.sale_id).where(col(OfferAnswer.id) == row.id))

    assert await bank.run("system", found) == sale.id


async def test_book_is_ranked_by_the_best_offer_of_each_customer(bank: make.Bank, post: House) -> None:
    await shelf(bank)
    first, second, silent = await customer(bank), await customer(bank), await customer(bank, "marketing")
    await bank.run("rm", service.answer, first, said("savings", Answer.DECLINED, reason="no_need"))
    found = await bank.run("rm", service.next_of_book, 10)
    assert [(each.party_id, each.offer.choice.code, each.others) for each in found] == [
        (second, "savings", 1),
        (first, "cover", 0),
    ]
    assert silent not in {each.party_id for each in found}


async def test_what_the_night_ranked_is_checked_again_when_it_is_shown(bank: make.Bank, post: House) -> None:
    await shelf(bank)
    first, second, unranked = [await customer(bank) for _ in range(3)]
    assert await bank.run("system", service.rank, [first, second]) == 2
    await bank.run("rm", service.answer, first, said("savings", Answer.DECLINED, reason="no_need"))
    found = await bank.run("rm", service.next_of_book, 10)
    assert [(each.party_id, each.offer.choice.code) for each in found] == [(second, "savings"), (first, "cover")]
    assert unranked not in {each.party_id for each in found}


async def test_whoever_is_not_ranked_again_stands_nowhere(bank: make.Bank, post: House, clock: FixedClock) -> None:
    await shelf(bank)
    first, second = await customer(bank), await customer(bank)
    await bank.run("system", service.rank, [first, second])
    clock.advance(timedelta(days=1))
    await bank.run("system", service.rank, [second])
    await bank.run("system", service.forget, clock())
    assert await bank.run("rm", queries.promising, 10) == [second]


async def test_nobody_but_the_platform_ranks(bank: make.Bank) -> None:
    with pytest.raises(NotAllowed):
        await bank.run("rm", service.rank, [])


async def test_figures_count_answers_and_reasons(bank: make.Bank, post: House) -> None:
    await shelf(bank)
    party_id = await customer(bank)
    await bank.run("rm", service.answer, party_id, said("savings", Answer.DECLINED, reason="price"))
    await bank.run("rm", service.answer, party_id, said("cover", Answer.ACCEPTED))
    tallies = await bank.run("lead", queries.tallies, date(2026, 1, 1))
    assert {each.product_code: (each.accepted, each.declined) for each in tallies} == {
        "savings": (0, 1),
        "cover": (1, 0),
    }
    assert await bank.run("lead", queries.declines, date(2026, 1, 1)) == {"price": 1}
    with pytest.raises(NotAllowed):
        await bank.run("rm", queries.tallies, date(2026, 1, 1))


async def test_whom_a_playbook_changes_says_so_with_every_offer(bank: make.Bank, post: House) -> None:
    await shelf(bank)
    changed, other = await customer(bank), await customer(bank)
    await score(bank, {changed: 0.124, other: -0.02}, purpose="win_back")
    told = [ground for each in (await offered(bank, changed)).offers for ground in each.why if ground.code == "uplift"]
    assert {(each.figures["playbook"], each.figures["points"]) for each in told} == {("Winning back", "12.4")}
    assert not any(ground.code == "uplift" for each in (await offered(bank, other)).offers for ground in each.why)
