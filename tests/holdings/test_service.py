"""How holdings end: by whom, for which reasons, and what follows."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.access.errors import NotAllowed
from backend.holdings import queries, rules, service
from backend.holdings.errors import (
    EndBeforeOpening,
    EndInFuture,
    HoldingEnded,
    HoldingUnknown,
    NotLapsed,
    ReasonUnknown,
)
from backend.holdings.models import HoldingStatus
from tests.holdings.conftest import HOLDINGS, Shop

ON = date(2026, 3, 1)
TODAY = date(2026, 11, 22)


@pytest.fixture
async def holding_id(account: Shop) -> UUID:
    return (await account.one("SELECT id FROM holding"))[0]


async def test_a_closed_holding_has_day_and_reason_and_its_account_ends_too(account: Shop, holding_id: UUID) -> None:
    await account.bank.run(account.bank.manager, service.close, holding_id, "customer_wish", ON)
    query = (
        "SELECT h.status, h.close_reason, h.closed_on, a.closed_on FROM holding h JOIN account a ON a.holding_id = h.id"
    )
    assert await account.one(query) == ("closed", "customer_wish", ON, ON)


async def test_a_lapsed_holding_is_reinstated_as_it_was(account: Shop, holding_id: UUID) -> None:
    await account.bank.run(account.bank.manager, service.lapse, holding_id, "premium_unpaid", ON)
    await account.bank.run(account.bank.manager, service.reinstate, holding_id)
    assert await account.one("SELECT status, closed_on, close_reason, ver FROM holding") == ("open", None, None, 3)


async def test_an_end_is_told_to_whoever_listens(account: Shop, holding_id: UUID) -> None:
    await account.bank.run(account.bank.manager, service.cancel, holding_id, "cooling_off", ON)
    query = "SELECT payload ->> 'status' FROM outbox WHERE name = 'holding.ended' ORDER BY id DESC LIMIT 1"
    assert await account.one(query) == ("cancelled",)


async def test_a_manager_of_other_customers_ends_nothing(account: Shop, holding_id: UUID) -> None:
    with pytest.raises(NotAllowed):
        await account.bank.run(account.bank.stranger, service.close, holding_id, "customer_wish", ON)


async def test_a_holding_that_is_not_there_is_unknown(account: Shop) -> None:
    with pytest.raises(HoldingUnknown):
        await account.bank.run(account.bank.manager, service.close, UUID(int=1), "customer_wish", ON)


async def test_open_and_lapsed_holdings_keep_a_product_from_being_retired(account: Shop, holding_id: UUID) -> None:
    async def count() -> Any:
        return await account.bank.run(account.bank.system, queries.open_by_version, account.versions)

    before = await count()
    await account.bank.run(account.bank.manager, service.lapse, holding_id, "premium_unpaid", ON)
    lapsed = await count()
    await account.bank.run(account.bank.manager, service.close, holding_id, "surrendered", ON)
    assert (before, lapsed, await count()) == ({account.versions[0]: 1}, {account.versions[0]: 1}, {})


@settings(max_examples=200, derandomize=True)
@given(
    status=st.sampled_from(HoldingStatus),
    end=st.sampled_from(sorted(rules.REASONS)),
    reason=st.sampled_from(sorted({reason for given in rules.REASONS.values() for reason in given})),
    on=st.dates(date(2020, 1, 1), date(2027, 1, 1)),
)
def test_a_holding_ends_once_for_a_fitting_reason_on_a_day_that_has_been(
    status: HoldingStatus, end: HoldingStatus, reason: str, on: date
) -> None:
    opened = date(2022, 1, 1)
    allowed = (
        status in {HoldingStatus.OPEN, HoldingStatus.LAPSED}
        and status is not end
        and reason in rules.REASONS[end]
        and opened <= on <= TODAY
    )
    try:
        rules.check_end(status, opened, end, reason, on, TODAY)
    except (HoldingEnded, ReasonUnknown, EndBeforeOpening, EndInFuture):
        assert not allowed
    else:
        assert allowed


@pytest.mark.parametrize("status", [each for each in HoldingStatus if each is not HoldingStatus.LAPSED])
def test_only_what_has_lapsed_comes_back(status: HoldingStatus) -> None:
    with pytest.raises(NotLapsed):
        rules.check_reinstatement(status)


async def test_the_reasons_of_files_are_those_of_the_verbs(account: Shop) -> None:
    rows = "".join(
        f"{end.value}-{reason},{account.number},savings,2024-05-06,CZK,,,2024-06-01,{end.value},{reason}\n"
        for end, reasons in rules.REASONS.items()
        for reason in reasons
    )
    loaded = await account.load("holdings", HOLDINGS + rows)
    assert (loaded.taken, loaded.problems) == (sum(map(len, rules.REASONS.values())), 0)
