"""What a process holds open, for how long, and that it lets go."""

from pathlib import Path
from uuid import UUID, uuid5

import pytest

from backend.privacy.errors import DataKeyDestroyed, DataKeyMissing, KeyUnreadable, TenantKeyDestroyed
from backend.privacy.field import FieldRef
from backend.privacy.keyring import KeyId, Keyring
from backend.privacy.providers import LocalProvider

NAME = FieldRef("party_name", "full_name")


class Stopwatch:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def provider(tmp_path: Path) -> LocalProvider:
    return LocalProvider(tmp_path / "keys")


@pytest.fixture
def stopwatch() -> Stopwatch:
    return Stopwatch()


@pytest.fixture
def keyring(provider: LocalProvider, stopwatch: Stopwatch) -> Keyring:
    return Keyring(provider, capacity=3, ttl=60, elapsed=stopwatch)


async def test_another_process_opens_what_was_created(
    provider: LocalProvider, keyring: Keyring, tenant: UUID, owner: UUID, row: UUID
) -> None:
    created = (await keyring.create(tenant, [owner]))[owner]
    sealed = created.opened.sealer.seal(NAME, row, "Jan Novák")
    key_id = KeyId(owner, 1)
    opened = await Keyring(provider).open_many(tenant, {key_id: created.wrapped})
    assert opened[key_id].sealer.open(NAME, row, sealed) == "Jan Novák"


async def test_key_under_the_name_of_another_customer_is_refused(
    keyring: Keyring, tenant: UUID, owner: UUID, other: UUID
) -> None:
    wrapped = (await keyring.create(tenant, [owner]))[owner].wrapped
    for key_id in (KeyId(other, 1), KeyId(owner, 2)):
        with pytest.raises(KeyUnreadable):
            await keyring.open_many(tenant, {key_id: wrapped})


async def test_customers_have_different_keys(keyring: Keyring, tenant: UUID, owner: UUID, other: UUID) -> None:
    created = await keyring.create(tenant, [owner, other])
    assert created[owner].opened.key != created[other].opened.key


async def test_key_outlives_its_time_by_nothing(
    keyring: Keyring, stopwatch: Stopwatch, tenant: UUID, owner: UUID
) -> None:
    await keyring.create(tenant, [owner])
    stopwatch.seconds = 59.9
    assert keyring.holds(tenant, owner, 1)
    stopwatch.seconds = 60
    assert not keyring.holds(tenant, owner, 1)
    with pytest.raises(DataKeyMissing):
        keyring.get(tenant, owner, 1)


async def test_least_recently_used_key_leaves_first(keyring: Keyring, tenant: UUID, owner: UUID) -> None:
    first, second, third, fourth = (uuid5(owner, str(n)) for n in range(4))
    await keyring.create(tenant, [first, second, third])
    keyring.get(tenant, first, 1)
    await keyring.create(tenant, [fourth])
    assert [keyring.holds(tenant, one, 1) for one in (first, second, third, fourth)] == [True, False, True, True]


async def test_forgotten_key_is_gone_and_can_be_opened_again(keyring: Keyring, tenant: UUID, owner: UUID) -> None:
    wrapped = (await keyring.create(tenant, [owner]))[owner].wrapped
    keyring.forget(tenant, [owner])
    assert not keyring.holds(tenant, owner, 1)
    await keyring.open_many(tenant, {KeyId(owner, 1): wrapped})
    assert keyring.holds(tenant, owner, 1)


async def test_erased_customer_is_refused_to_a_reader_who_fetched_the_key_just_before(
    keyring: Keyring, tenant: UUID, owner: UUID
) -> None:
    wrapped = (await keyring.create(tenant, [owner]))[owner].wrapped
    keyring.destroyed(tenant, [owner])
    with pytest.raises(DataKeyDestroyed):
        await keyring.open_many(tenant, {KeyId(owner, 1): wrapped})


async def test_rewrapped_key_survives_the_end_of_its_old_epoch(
    provider: LocalProvider, keyring: Keyring, tenant: UUID, owner: UUID
) -> None:
    created = (await keyring.create(tenant, [owner]))[owner]
    await provider.generate(tenant, 2)
    [rewrapped] = await keyring.rewrap_many(tenant, [(owner, created.wrapped)])
    await provider.destroy(tenant, 1)
    keyring.forget_tenant(tenant)
    key_id = KeyId(owner, 1)
    assert (await keyring.open_many(tenant, {key_id: rewrapped}))[key_id].key == created.opened.key
    with pytest.raises(TenantKeyDestroyed):
        await keyring.open_many(tenant, {key_id: created.wrapped})


async def test_rewrap_leaves_a_current_key_as_it_is(keyring: Keyring, tenant: UUID, owner: UUID) -> None:
    wrapped = (await keyring.create(tenant, [owner]))[owner].wrapped
    assert await keyring.rewrap_many(tenant, [(owner, wrapped)]) == [wrapped]


async def test_open_key_does_not_show_itself(keyring: Keyring, tenant: UUID, owner: UUID) -> None:
    opened = (await keyring.create(tenant, [owner]))[owner].opened
    assert repr(opened.key) not in repr(opened)
