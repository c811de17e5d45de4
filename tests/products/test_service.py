"""Products through the services and the real database: gates, signatures, versions, and what the database refuses."""

from datetime import date, timedelta
from typing import Any

import pytest
import yaml
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from backend.access.context import Context
from backend.access.errors import NotAllowed
from backend.core.errors import TenureError
from backend.products import files, moving, queries, registry, service, view
from backend.products.errors import (
    ContentChanged,
    DefinitionBroken,
    GateClosed,
    HoldingsOpen,
    NoMoveOpen,
    NoSuchStep,
    ProductCodeTaken,
    RoleNotAsked,
)
from backend.products.models import Product, ProductMove, ProductRisk, ProductSignature, ProductState, Vote
from backend.products.standing import Terms
from tests.factories import products as make

S = ProductState


async def _at_approval(makers: make.Makers, risk: ProductRisk = ProductRisk.LOW, **given: Any) -> Product:
    row = await makers.concept(risk=risk, **given)
    await makers.bring_to(row.id, S.APPROVAL)
    await makers.bring(row.id, S.ON_SALE)
    return row


async def _launch_proposed(makers: make.Makers, risk: ProductRisk = ProductRisk.LOW) -> ProductMove:
    row = await _at_approval(makers, risk)
    move: ProductMove = await makers.run("maker", moving.propose, row.id, S.ON_SALE)
    return move


async def test_a_product_without_a_name_is_not_entered(makers: make.Makers) -> None:
    with pytest.raises(DefinitionBroken, match=r"no name yet \(zh\)"):
        await makers.concept(names={"en": "Saver", "zh": " "})


@pytest.mark.parametrize(("kind", "risk"), [("deposit", "low"), ("fund", "high")])
async def test_a_product_goes_from_concept_to_sale_with_its_signatures(
    makers: make.Makers, kind: str, risk: str
) -> None:
    row = await makers.on_sale(kind, ProductRisk(risk))
    found = await makers.papers(row.id)
    launch = next(move for move in found.moves if move.target == S.ON_SALE)
    signers = {each.role for each in found.signatures[launch.id]}
    assert row.state == S.ON_SALE
    assert "compliance_officer" in signers
    assert ("product_committee" in signers) is (risk == "high")


async def test_whoever_proposed_or_wrote_signs_nothing(makers: make.Makers) -> None:
    move = await _launch_proposed(makers)
    for login in ("maker", "rm", "auditor"):
        with pytest.raises(NotAllowed):
            await makers.run(login, moving.sign, move.id, Vote.AGREE)
    with pytest.raises(RoleNotAsked):
        await makers.run("analyst", moving.sign, move.id, Vote.AGREE)


async def test_the_database_refuses_the_signature_of_a_maker(makers: make.Makers) -> None:
    move = await _launch_proposed(makers)

    async def forge(ctx: Context) -> None:
        async with ctx.audit("product.sign", ("product", move.product_id)):
            ctx.session.add(
                ProductSignature(
                    tenant_id=ctx.actor.tenant_id,
                    move_id=move.id,
                    product_id=move.product_id,
                    role="compliance_officer",
                    vote=Vote.AGREE,
                    binding=move.binding,
                    signed_by=move.proposed_by,
                    signed_at=ctx.now,
                )
            )

    with pytest.raises((TenureError, DBAPIError), match=r"signs their own|four_eyes"):
        await makers.run("system", forge)


async def test_the_database_lets_nothing_on_sale_unsigned(makers: make.Makers) -> None:
    row = await _at_approval(makers)

    async def force(ctx: Context) -> None:
        product = await ctx.session.get_one(Product, row.id)
        async with ctx.audit("product.move", ("product", row.id)):
            product.state = S.ON_SALE

    with pytest.raises((TenureError, DBAPIError), match=r"signed step|product_signed"):
        await makers.run("system", force)


async def test_a_change_after_signing_voids_the_signatures(makers: make.Makers) -> None:
    move = await _launch_proposed(makers, ProductRisk.MEDIUM)
    await makers.run("officer", moving.sign, move.id, Vote.AGREE)
    await makers.run("maker", service.attach_document, move.product_id, "key_facts", "en", "new", b"new text")
    found = await makers.papers(move.product_id)
    again = next(each for each in found.moves if each.id == move.id)
    assert [each.voided_at is None for each in found.signatures[move.id]] == [False]
    assert (again.state, again.binding != move.binding) == ("open", True)
    await makers.run("head", moving.sign, move.id, Vote.AGREE)
    with pytest.raises(GateClosed):
        await makers.run("maker", moving.take, move.id)


async def test_a_signature_is_for_what_the_signer_saw(makers: make.Makers) -> None:
    move = await _launch_proposed(makers)
    await makers.run("maker", service.attach_document, move.product_id, "key_facts", "en", "new", b"new text")
    with pytest.raises(ContentChanged):
        await makers.run("officer", moving.sign, move.id, Vote.AGREE, binding=move.binding)


async def test_another_target_market_after_testing_takes_the_version_back_to_design(makers: make.Makers) -> None:
    row = await _at_approval(makers)
    market = {"positive": [{"id": "adult", "fact": "age", "op": "at_least", "value": 21}]}
    given = queries.definition_of(await makers.version(row.id)).as_json() | {"target_market": market}
    version = await makers.revise("maker", row.id, given)
    assert version.stage == S.DESIGN
    assert (await makers.papers(row.id)).product.state == S.DESIGN


async def test_one_refusal_ends_the_step(makers: make.Makers) -> None:
    move = await _launch_proposed(makers, ProductRisk.MEDIUM)
    ended = await makers.run("head", moving.sign, move.id, Vote.REFUSE, note="Too dear")
    assert ended.state == "refused"
    with pytest.raises(NoMoveOpen):
        await makers.run("officer", moving.sign, move.id, Vote.AGREE)


async def test_a_waiting_time_holds_the_step_until_it_is_over(makers: make.Makers) -> None:
    move = await makers.sign_all(await _launch_proposed(makers, ProductRisk.HIGH))
    assert move.state == "open"
    assert await makers.run("system", moving.advance) == 0
    makers.clock.advance(timedelta(days=2))
    assert await makers.run("system", moving.advance) == 1
    assert (await makers.papers(move.product_id)).product.state == S.ON_SALE


async def test_signatures_grow_too_old(makers: make.Makers) -> None:
    move = await _launch_proposed(makers, ProductRisk.MEDIUM)
    await makers.run("officer", moving.sign, move.id, Vote.AGREE)
    makers.clock.advance(timedelta(days=91))
    assert (await makers.run("head", moving.sign, move.id, Vote.AGREE)).state == "open"
    assert (await makers.run("officer", moving.sign, move.id, Vote.AGREE)).state == "done"


async def test_two_versions_are_never_effective_on_one_day(makers: make.Makers) -> None:
    row = await makers.on_sale()
    makers.clock.advance(timedelta(days=1))
    draft = await makers.run("maker", service.begin_version, row.id)
    given = queries.definition_of(draft).as_json() | {"summary": {"en": "Better.", "zh": "更好。"}}
    await makers.revise("maker", row.id, given)
    first = makers.clock().date() + timedelta(days=30)
    for target in (S.TARGET_MARKET, S.TESTING, S.APPROVAL):
        await makers.pass_on(row.id, target, of_version=True)
    await makers.pass_on(row.id, S.ON_SALE, of_version=True, terms=Terms(first))
    newer, older = (await makers.papers(row.id)).versions
    assert (older.effective_to, newer.effective_from) == (first - timedelta(days=1), first)

    async def numbers(ctx: Context) -> list[int]:
        return [
            (await queries.effective(ctx, day)).by_code[row.code].number for day in (first - timedelta(days=1), first)
        ]

    assert await makers.run("maker", numbers) == [1, 2]


async def test_suspending_is_at_once_and_letting_on_again_is_signed(makers: make.Makers) -> None:
    row = await makers.on_sale()
    move = await makers.run("officer", moving.suspend, row.id, "Complaints")
    assert move.state == "done"
    await makers.bring(row.id, S.ON_SALE)
    back = await makers.run("maker", moving.propose, row.id, S.ON_SALE)
    assert back.state == "open"
    assert (await makers.run("officer", moving.sign, back.id, Vote.AGREE)).state == "done"


async def test_a_report_on_an_earlier_review_answers_nothing_about_this_one(makers: make.Makers) -> None:
    row = await makers.on_sale()
    for _ in range(2):
        makers.clock.advance(timedelta(hours=1))
        await makers.run("officer", moving.suspend, row.id, "Complaints")
        makers.clock.advance(timedelta(hours=1))
        step = await makers.run("maker", _first_step, row.id)
        assert [item.met for item in step.items if item.sort == "artefact"] == [False]
        await makers.pass_on(row.id, S.ON_SALE)


async def _first_step(ctx: Context, product_id: Any) -> view.StepView:
    found = await view.file(ctx, await queries.product(ctx, product_id))
    return found.steps[0]


async def test_the_end_waits_for_the_last_holding(makers: make.Makers, monkeypatch: pytest.MonkeyPatch) -> None:
    row = await makers.on_sale()
    for target in (S.WITHDRAWN, S.RUN_OFF):
        await makers.pass_on(row.id, target)
    held = 3

    async def holdings(_: Context, version_ids: Any) -> dict[Any, int]:
        return dict.fromkeys(version_ids, held)

    monkeypatch.setattr(registry, "_open_holdings", {"test": holdings})
    with pytest.raises(HoldingsOpen, match="3"):
        await makers.run("maker", moving.propose, row.id, S.RETIRED)
    held = 0
    assert (await makers.pass_on(row.id, S.RETIRED)).state == "done"


async def test_a_withdrawal_waits_for_its_day_and_closes_to_new_business(makers: make.Makers) -> None:
    row = await makers.on_sale()
    await makers.bring(row.id, S.WITHDRAWN)
    last = makers.clock().date() + timedelta(days=10)
    move = await makers.run("maker", moving.propose, row.id, S.WITHDRAWN, terms=Terms(last))
    assert (await makers.sign_all(move)).state == "open"
    makers.clock.advance(timedelta(days=10))
    assert (await makers.run("maker", moving.take, move.id)).state == "done"
    found = await makers.papers(row.id)
    assert (found.product.closed_on, found.versions[0].effective_to) == (last, last - timedelta(days=1))
    with pytest.raises(NoSuchStep):
        await makers.run("maker", moving.propose, row.id, S.ON_SALE)


async def test_an_approved_version_cannot_be_rewritten_even_past_the_services(makers: make.Makers) -> None:
    row = await makers.on_sale()
    version = await makers.version(row.id)

    async def rewrite(ctx: Context) -> None:
        found = await queries.version(ctx, version.id)
        async with ctx.audit("product.edit", ("product", row.id)):
            found.definition = found.definition | {"currency": "EUR"}

    with pytest.raises((TenureError, DBAPIError), match=r"does not change|version_fixed"):
        await makers.run("system", rewrite)


async def test_what_was_sold_before_is_taken_over_with_its_first_day(makers: make.Makers) -> None:
    row = await makers.concept()
    await makers.bring_to(row.id, S.APPROVAL)
    await makers.pass_on(row.id, S.ON_SALE, terms=Terms(date(1993, 1, 1)))

    async def then(ctx: Context) -> bool:
        offer = (await queries.effective(ctx, date(1995, 6, 1))).by_code[row.code]
        return offer.on_sale

    assert await makers.run("maker", then)


async def test_the_catalogue_of_a_day_follows_every_change(makers: make.Makers) -> None:
    row = await makers.on_sale()

    async def state(ctx: Context) -> str:
        return (await queries.effective(ctx, ctx.now.date())).by_code[row.code].state.value

    assert await makers.run("maker", state) == "on_sale"
    await makers.run("officer", moving.suspend, row.id, "Complaints")
    assert await makers.run("maker", state) == "under_review"


async def test_a_code_is_taken_once_and_an_unknown_fact_is_named(makers: make.Makers) -> None:
    await makers.concept(code="savings")
    with pytest.raises(ProductCodeTaken):
        await makers.concept(code="savings")
    market = {"positive": [{"id": "x", "fact": "shoe_size", "op": "at_least", "value": 40}]}
    with pytest.raises(DefinitionBroken, match="shoe_size"):
        await makers.concept(target_market=market)


async def test_definitions_go_out_and_come_in_again_unchanged(makers: make.Makers) -> None:
    row = await makers.on_sale()
    written = await makers.run("maker", files.export, queries.ProductFilter())
    (sheet,) = [each.sheet for each in files.read(written, lambda name: b"")]
    assert sheet is not None
    outcome, found = await makers.run("maker", files.take_in, sheet)
    assert (outcome, found.id) == (files.Outcome.UNCHANGED, row.id)


async def test_a_broken_document_of_a_file_does_not_hide_the_next() -> None:
    source = b"product: a\nrisk: low\n  oops\n---\nproduct: b\ndefinition: {kind: deposit}\n---\n[1, 2]\n"
    rows = list(files.read(source, lambda name: b""))
    assert [(row.number, row.sheet is None) for row in rows] == [(1, True), (2, False), (3, True)]


async def test_every_step_is_an_entry_and_an_event(makers: make.Makers) -> None:
    row = await makers.on_sale()

    async def told(ctx: Context) -> tuple[int, int]:
        entries = text("SELECT count(*) FROM audit_entry WHERE action = 'product.move' AND subject_id = :id")
        events = text("SELECT count(*) FROM outbox WHERE name = 'product.moved' AND subject_id = :id")
        counts = [(await ctx.session.execute(each, {"id": row.id})).scalar_one() for each in (entries, events)]
        return int(counts[0]), int(counts[1])

    assert await makers.run("system", told) == (5, 5)


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"links": {"bundle": ["nowhere"]}}, "no product with the code “nowhere”"),
        ({"links": {"cross_sell": ["own"]}}, "not linked to itself"),
        ({"needs_assessment": "suitability", "questionnaire": "horoscope"}, "“horoscope” is not in force"),
        ({"needs_assessment": "suitability", "questionnaire": "demands-and-needs"}, "is not in force for this"),
    ],
)
async def test_what_a_definition_names_must_be_there(makers: make.Makers, given: dict[str, Any], problem: str) -> None:
    with pytest.raises(DefinitionBroken, match=problem):
        await makers.concept(code="own", **given)
    row = await makers.concept(code="own")
    with pytest.raises(DefinitionBroken, match=problem):
        await makers.revise("maker", row.id, make.definition(**given))


async def test_products_of_one_file_link_to_each_other_in_any_order(makers: make.Makers) -> None:
    given = {code: make.definition(links={"bundle": [other]}) for code, other in (("a", "b"), ("b", "a"))}
    source = "---\n".join(yaml.safe_dump({"product": code, "definition": each}) for code, each in given.items())
    rows = list(files.read(source.encode(), lambda name: b""))
    for row in rows:
        outcome, _ = await makers.run("maker", files.take_in, row.sheet, files.codes(rows))
        assert outcome is files.Outcome.CREATED
