"""What indexes give away is counted as it lies in the database, by index and by kind of token."""

from typing import Any

import pytest

from backend.access.errors import NotAllowed
from backend.access.models import Tenant
from backend.core.actor import SYSTEM_ID, Actor
from backend.edge.platform import Platform
from backend.jobs import leakage, screening
from backend.privacy.leakage import Leakage
from tests.factories import customers as make
from tests.factories import screening as lists

_SHARED = {"kind": "email", "value": "household@mail.example"}


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> make.Bank:
    return await make.open_bank(platform, tenant)


async def _measured(bank: make.Bank, seen: list[tuple[int, int]] | None = None) -> dict[str, Leakage]:
    operator = Actor(SYSTEM_ID, bank.tenant.id, "system", frozenset({"operator"}), "cli", "test")
    told: list[tuple[int, int]] = [] if seen is None else seen
    return await bank.platform.run(
        operator, lambda ctx: leakage.measure(ctx, lambda done, total: told.append((done, total)))
    )


async def _customers(bank: make.Bank, *contacts: list[dict[str, Any]]) -> None:
    for number, each in enumerate(contacts):
        await bank.customer(make.person(f"Jan Novák{'áčěř'[number]}", contacts=each))


async def test_a_shared_mailbox_counts_both_and_a_line_of_ones_own_stands_alone(bank: make.Bank) -> None:
    await _customers(bank, [_SHARED], [_SHARED], [{"kind": "phone", "value": "+420777123456"}])
    found = await _measured(bank)
    assert found["e-mail"] == Leakage(1, 2, 2, 2.0, 2, 0.0)
    assert found["phone"] == Leakage(1, 1, 1, 1.0, 1, 1.0)


async def test_tokens_of_a_chinese_name_are_told_by_kind(bank: make.Bank) -> None:
    for name in ("王伟", "王芳"):
        await bank.customer(make.person(name))
    found = await _measured(bank)
    assert found["name: han"].most == 2
    assert (found["name: han"].tags, found["name: pinyin"].most) == (5, 2)
    assert "name: word" not in found


async def test_words_that_are_common_stand_out(bank: make.Bank) -> None:
    for name in ("Jan Novák", "Jan Dvořák", "Jan Svoboda"):
        await bank.customer(make.person(name))
    seen: list[tuple[int, int]] = []
    told = (await _measured(bank, seen))["name: word"]
    assert (told.most, told.least) == (3, 1)
    assert seen[-1] == (3, 3)


async def test_keys_of_screening_are_measured_once_somebody_was_screened(bank: make.Bank) -> None:
    await lists.set_up(bank.platform, bank.system)
    await lists.load(bank.platform, bank.system)
    await _customers(bank, [], [])
    assert "screening" not in await _measured(bank)
    await bank.run(bank.system, screening.screen_new)
    assert (await _measured(bank))["screening"].most == 2


async def test_who_may_not_look_at_keys_measures_nothing(bank: make.Bank) -> None:
    with pytest.raises(NotAllowed):
        await bank.run(bank.manager, leakage.measure, lambda _done, _total: None)
