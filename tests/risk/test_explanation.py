"""Why a level: every step as data, what who talks to the customer must not learn, and what-if."""

import pytest

from backend.risk import queries, service
from backend.risk.errors import FactInvalid, FactUnknown, RatingNotFound
from backend.risk.models import Cause
from tests.factories import onboarding as make
from tests.factories.rating import ORDINARY, Offers, offering

SECRET = {"pep", "adverse_information", "list_hit", "suspicious_reports"}


async def _explained(bank: make.Bank, login: str, **given):
    known = await make.person(bank)
    with offering(Offers(everybody={**ORDINARY, **given})):
        await bank.run("system", service.rate, [known.party_id], Cause.REQUEST)
    row = (await bank.run("system", queries.current, [known.party_id]))[known.party_id]
    _, reasons = await bank.run(login, service.explain, row.id)
    return row, reasons


def _items(reasons):
    return [step for step in reasons.steps if step.kind == "item"]


async def test_the_items_add_up_to_the_total(bank: make.Bank) -> None:
    row, reasons = await _explained(bank, "officer")
    assert sum(step.points for step in _items(reasons)) == row.points
    assert sum(step.weight for step in _items(reasons)) == 100


async def test_the_bars_join(bank: make.Bank) -> None:
    _, reasons = await _explained(bank, "rm", pep="current")
    ends = [0, *(step.end for step in _items(reasons))]
    assert [step.start for step in _items(reasons)] == ends[:-1]


async def test_unknown_facts_are_shown_as_unknown(bank: make.Bank) -> None:
    _, reasons = await _explained(bank, "officer", yearly_turnover_eur=None)
    turnover = next(step for step in _items(reasons) if step.fact == "yearly_turnover_eur")
    assert (turnover.unknown, turnover.value, turnover.score) == (True, None, 3)


async def test_compliance_sees_what_screening_found(bank: make.Bank) -> None:
    _, reasons = await _explained(bank, "officer", pep="current")
    assert next(step for step in _items(reasons) if step.fact == "pep").value == "current"
    assert "pep" in {step.code for step in reasons.steps if step.kind == "trigger"}


async def test_the_relationship_manager_sees_the_level_and_no_finding_of_compliance(bank: make.Bank) -> None:
    row, reasons = await _explained(bank, "rm", pep="current", list_hit="watch")
    assert reasons.level == row.level
    assert SECRET.isdisjoint({step.fact for step in reasons.steps} | {step.code for step in reasons.steps})
    assert sum(step.points for step in _items(reasons)) == row.points


async def test_ratings_of_another_book_are_not_shown(bank: make.Bank) -> None:
    with pytest.raises(RatingNotFound):
        await _explained(bank, "rm2")


async def test_what_if_moves_the_level_and_writes_nothing(bank: make.Bank) -> None:
    known = await make.person(bank)
    with offering(Offers(everybody=ORDINARY)):
        found = await bank.run("officer", service.what_if, known.party_id, {"pep": "current"})
    assert (found.now.level, found.then.level) == ("low", "high")
    assert await bank.run("system", queries.current, [known.party_id]) == {}


async def test_what_if_can_make_a_fact_unknown(bank: make.Bank) -> None:
    known = await make.person(bank)
    with offering(Offers(everybody=ORDINARY)):
        found = await bank.run("officer", service.what_if, known.party_id, {"pep": ""})
    assert next(step for step in found.then.steps if step.fact == "pep").unknown


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"shoe_size": "44"}, FactUnknown),
        ({"pep": "maybe"}, FactInvalid),
        ({"cash_share_bp": "a lot"}, FactInvalid),
        ({"cash_share_bp": "10001"}, FactInvalid),
    ],
)
async def test_a_what_if_that_no_rule_set_understands_is_refused(bank: make.Bank, changes, refusal) -> None:
    known = await make.person(bank)
    with pytest.raises(refusal):
        await bank.run("officer", service.what_if, known.party_id, changes)


async def test_a_refused_what_if_calls_the_fact_what_the_page_calls_it(bank: make.Bank) -> None:
    known = await make.person(bank)
    with pytest.raises(FactInvalid, match="Share of cash"):
        await bank.run("officer", service.what_if, known.party_id, {"cash_share_bp": "a lot"})


async def test_a_customer_nobody_knows_can_be_tried(bank: make.Bank) -> None:
    found = await bank.run("officer", service.of_nobody, "cn-persons", {"list_hit": "sanctions"})
    assert found.level == "high"
