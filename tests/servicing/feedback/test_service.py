"""Surveys on the record: sent to whom and how often, answered, corrected, followed up, and who sees what."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from backend.access.errors import NotAllowed
from backend.casework import queries as work
from backend.core.clock import FixedClock
from backend.core.events import Outbox
from backend.core.ids import new_id
from backend.servicing.feedback import queries, service
from backend.servicing.feedback.errors import (
    AnswerClosed,
    AskedTooLongAgo,
    DoneMissing,
    FollowUpClosed,
    LinkExpired,
    ScoreInvalid,
    SurveyNotFound,
)
from backend.servicing.feedback.frames import Period, feedback_frame
from backend.servicing.feedback.models import Contentment, FollowUpState, Survey, SurveyFollowUp, SurveyState
from backend.servicing.feedback.service import Given
from backend.servicing.interactions.models import Interaction
from tests.factories import feedback as make
from tests.factories import onboarding as banks


async def party(bank: banks.Bank) -> Any:
    return (await banks.person(bank)).party_id


async def follow_up_of(bank: banks.Bank, row: Survey) -> SurveyFollowUp | None:
    async def found(ctx: Any) -> SurveyFollowUp | None:
        return (await queries.follow_ups_of(ctx, [row.id])).get(row.id)

    outcome: SurveyFollowUp | None = await bank.run("system", found)
    return outcome


async def test_a_closed_complaint_asks_how_it_was_handled(bank: banks.Bank) -> None:
    row = await make.sent(bank, await party(bank))
    assert (row.code, row.kind, row.state, row.channel, row.team_id) == (
        "complaint",
        "csat",
        "sent",
        "branch",
        bank.team_id,
    )


async def test_the_message_carries_a_link_that_opens_this_survey(bank: banks.Bank) -> None:
    from backend.edge.survey_links import survey_links

    row = await make.sent(bank, await party(bank))

    async def body(ctx: Any) -> str:
        found = (await ctx.session.scalars(select(Interaction).where(col(Interaction.party_id) == row.party_id))).one()
        await ctx.vault.load([row.party_id])
        text: str = ctx.vault.open("interaction", "body", found.id, row.party_id, found.body)
        return text

    links = survey_links(bank.platform)
    token = (await bank.run("system", body)).rsplit(links.base_url + "/survey/", 1)[1]
    assert links.opened(token, row.sent_at).survey_id == row.id


async def test_an_event_is_asked_about_once(bank: banks.Bank, clock: FixedClock) -> None:
    party_id, about = await party(bank), new_id()
    await make.sent(bank, party_id, about_id=about)
    clock.advance(timedelta(days=400))
    assert await make.invited(bank, party_id, about_id=about) is None


async def test_a_customer_who_was_asked_lately_is_left_alone(bank: banks.Bank, clock: FixedClock) -> None:
    party_id = await party(bank)
    await make.sent(bank, party_id)
    clock.advance(timedelta(days=89))
    assert await make.invited(bank, party_id, event="claim.paid") is None
    clock.advance(timedelta(days=3))
    assert await make.invited(bank, party_id, event="claim.paid") is not None


async def test_who_has_no_address_is_not_asked(bank: banks.Bank) -> None:
    party_id = (await banks.person(bank, contact=False)).party_id
    assert await make.invited(bank, party_id) is None


async def test_nobody_is_asked_about_what_is_long_ago(bank: banks.Bank, clock: FixedClock) -> None:
    party_id = await party(bank)
    assert await make.invited(bank, party_id, happened_at=clock() - timedelta(days=14)) is None
    assert await make.invited(bank, party_id, happened_at=clock() - timedelta(days=13)) is not None


async def test_only_the_platform_sends_surveys(bank: banks.Bank) -> None:
    from backend.edge.survey_links import survey_links

    occasion = service.Occasion(event="complaint.closed", party_id=await party(bank), about_id=new_id())
    with pytest.raises(NotAllowed):
        await bank.run("lead", service.invite, survey_links(bank.platform), occasion)


async def test_an_answer_is_sealed_and_its_themes_are_named(bank: banks.Bank) -> None:
    row = await make.answered(bank, await party(bank), 4, make.WORDS)
    assert row.comment is not None
    assert (row.score, row.themes, make.WORDS.encode() in row.comment) == (4, ["waiting", "price"], False)


async def test_an_answer_can_be_corrected_while_the_link_is_open(bank: banks.Bank) -> None:
    row = await make.answered(bank, await party(bank), 4, make.WORDS)
    again = await bank.run("system", service.answer, row.id, Given(5, None))
    assert (again.score, again.comment, again.corrections, again.themes) == (5, None, 1, [])


async def test_an_answer_is_not_taken_after_its_end(bank: banks.Bank, clock: FixedClock) -> None:
    row = await make.sent(bank, await party(bank))
    clock.advance(timedelta(days=30))
    with pytest.raises(LinkExpired):
        await bank.run("system", service.answer, row.id, Given(5))


async def test_an_answer_whose_time_is_over_is_closed(bank: banks.Bank, clock: FixedClock) -> None:
    row = await make.answered(bank, await party(bank), 5)
    assert await bank.run("system", service.close_expired) == 0
    clock.advance(timedelta(days=31))
    assert await bank.run("system", service.close_expired) == 1
    with pytest.raises(AnswerClosed):
        await bank.run("rm", service.record, row.id, Given(1))


async def test_what_was_asked_long_ago_is_not_answered_on_the_telephone(bank: banks.Bank, clock: FixedClock) -> None:
    late, later = await make.sent(bank, await party(bank)), await make.sent(bank, await party(bank))
    clock.advance(timedelta(days=179))
    assert (await bank.run("rm", service.record, late.id, Given(5))).score == 5
    clock.advance(timedelta(days=1))
    with pytest.raises(AskedTooLongAgo):
        await bank.run("rm", service.record, later.id, Given(5))


async def test_an_answer_off_the_scale_changes_nothing(bank: banks.Bank) -> None:
    row = await make.sent(bank, await party(bank))
    with pytest.raises(ScoreInvalid):
        await bank.run("system", service.answer, row.id, Given(6))


async def test_a_low_answer_becomes_work_with_a_clock(bank: banks.Bank) -> None:
    row = await make.answered(bank, await party(bank), 1, make.WORDS)
    found = await follow_up_of(bank, row)
    assert found is not None
    item = await bank.run("system", work.open_of, found.id)
    assert (item.queue, item.due_at, item.party_id) == ("feedback.follow_up", found.due_at, row.party_id)


async def test_a_good_answer_becomes_no_work(bank: banks.Bank) -> None:
    assert await follow_up_of(bank, await make.answered(bank, await party(bank), 5)) is None


async def test_a_better_second_answer_does_not_undo_the_work(bank: banks.Bank) -> None:
    row = await make.answered(bank, await party(bank), 1)
    await bank.run("system", service.answer, row.id, Given(5))
    found = await follow_up_of(bank, row)
    assert found is not None
    assert (found.state, found.score) == (FollowUpState.OPEN, 5)


async def test_a_follow_up_ends_with_what_was_done_and_ends_the_work(bank: banks.Bank) -> None:
    row = await make.answered(bank, await party(bank), 1)
    found = await follow_up_of(bank, row)
    assert found is not None
    with pytest.raises(DoneMissing):
        await bank.run("rm", service.close_follow_up, found.id, " ", Contentment.CONTENT)
    closed = await bank.run("rm", service.close_follow_up, found.id, "Called, fee returned.", Contentment.CONTENT)
    assert (closed.state, closed.contentment) == (FollowUpState.CLOSED, "content")
    assert await bank.run("system", work.open_of, found.id) is None
    with pytest.raises(FollowUpClosed):
        await bank.run("rm", service.close_follow_up, found.id, "Again.", Contentment.CONTENT)


async def test_an_answer_somebody_acted_on_is_not_corrected(bank: banks.Bank) -> None:
    row = await make.answered(bank, await party(bank), 1)
    found = await follow_up_of(bank, row)
    assert found is not None
    await bank.run("rm", service.close_follow_up, found.id, "Called.", Contentment.NOT_REACHED)
    with pytest.raises(AnswerClosed):
        await bank.run("system", service.answer, row.id, Given(5))


async def test_a_colleague_records_what_is_said_on_the_telephone(bank: banks.Bank) -> None:
    row = await bank.run("rm", service.by_telephone, await party(bank), "relationship", Given(9, "热情"))
    assert (row.answered_by, row.recorded_by, row.score, row.themes) == ("telephone", bank["rm"].id, 9, ["staff"])


async def test_another_book_is_closed(bank: banks.Bank) -> None:
    row = await make.answered(bank, await party(bank), 1)
    with pytest.raises(SurveyNotFound):
        await bank.run("rm2", queries.survey, row.id)
    with pytest.raises(NotAllowed):
        await bank.run("rm2", service.by_telephone, row.party_id, "relationship", Given(9))
    assert await bank.run("rm2", queries.answered) == []
    assert await bank.run("rm2", queries.satisfaction, [row.party_id]) == {}


async def test_the_latest_answer_says_how_satisfied_somebody_is(bank: banks.Bank, clock: FixedClock) -> None:
    party_id = await party(bank)
    await make.answered(bank, party_id, 2)
    clock.advance(timedelta(days=100))
    await make.answered(bank, party_id, 5, event="claim.paid")
    found = (await bank.run("rm", queries.satisfaction, [party_id]))[party_id]
    assert (found.code, found.score) == ("claim", 5)


async def test_words_are_read_with_a_note_in_the_log(bank: banks.Bank) -> None:
    row = await make.answered(bank, await party(bank), 4, make.WORDS)

    async def read(ctx: Any) -> tuple[str | None, Any]:
        return await service.comment(ctx, await queries.survey(ctx, row.id)), dict(ctx.reads)

    words, reads = await bank.run("rm", read)
    assert (words, reads) == (make.WORDS, {("party", row.party_id): {"survey_comment"}})


async def test_the_yearly_survey_asks_customers_of_a_year_once_a_year(bank: banks.Bank, clock: FixedClock) -> None:
    from backend.customers.models import Customer, Stage
    from backend.edge.survey_links import survey_links

    links, known = survey_links(bank.platform), await banks.person(bank)

    async def activate(ctx: Any) -> None:
        customer = await ctx.session.get(Customer, known.customer_id)
        async with ctx.audit("customer.activate", ("customer", customer.id)):
            customer.stage, customer.activated_at = Stage.ACTIVE, ctx.now

    await bank.run("system", activate)
    assert await bank.run("system", service.ask_yearly, links) == 0
    clock.advance(timedelta(days=366))
    assert await bank.run("system", service.ask_yearly, links) == 1
    clock.advance(timedelta(days=200))
    assert await bank.run("system", service.ask_yearly, links) == 0
    clock.advance(timedelta(days=170))
    assert await bank.run("system", service.ask_yearly, links) == 1


async def test_results_are_rows_without_names_or_words(bank: banks.Bank, clock: FixedClock) -> None:
    await make.answered(bank, await party(bank), 4, make.WORDS, product_code="motor")
    today = clock().date()
    frame = await bank.run("auditor", feedback_frame, Period(today, today + timedelta(days=1)))
    assert frame[["code", "score", "product_code", "team"]].to_numpy().tolist() == [["complaint", 4, "motor", "Praha"]]
    assert "comment" not in frame.columns


async def test_events_name_the_survey_and_never_the_answer(bank: banks.Bank) -> None:
    row = await make.answered(bank, await party(bank), 1, make.WORDS)

    async def found(ctx: Any) -> list[tuple[str, list[str]]]:
        query = select(Outbox.name, Outbox.payload).where(col(Outbox.subject_id) == row.id).order_by(col(Outbox.id))
        return [(name, sorted(payload)) for name, payload in await ctx.session.execute(query)]

    keys = ["party", "product", "survey"]
    names = ("feedback.asked", "feedback.follow_up_opened", "feedback.answered")
    assert await bank.run("system", found) == [(name, keys) for name in names]


async def test_the_page_of_a_link_knows_the_question_and_not_the_customer(bank: banks.Bank) -> None:
    row = await make.sent(bank, await party(bank))
    found = await bank.run("system", service.shown, row.id)
    assert (found.institution, found.survey.code, found.state) == ("Test Bank", "complaint", SurveyState.SENT)
    assert {"institution", "survey", "state", "until", "locale"} == set(found.__slots__)


async def test_a_survey_is_in_the_customers_language(bank: banks.Bank) -> None:
    someone = (await banks.person(bank, language="zh_CN")).party_id
    row = await make.sent(bank, someone)

    async def written(ctx: Any) -> str:
        found = (await ctx.session.scalars(select(Interaction).where(col(Interaction.party_id) == someone))).one()
        return str(found.locale)

    assert (row.locale, await bank.run("system", written)) == ("zh_CN", "zh_CN")


async def test_a_survey_about_a_complaint_is_in_the_complaints_language(bank: banks.Bank) -> None:
    someone = (await banks.person(bank, language="zh_CN")).party_id
    assert (await make.sent(bank, someone, locale="en")).locale == "en"
