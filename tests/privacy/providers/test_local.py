"""Key files: private, whole, and gone when destroyed."""

import os
import stat
from pathlib import Path
from uuid import UUID

import pytest

from backend.privacy.errors import (
    EpochOutOfOrder,
    KeysExposed,
    KeyUnreadable,
    RootKeyMalformed,
    RootKeyMissing,
    TenantKeyDestroyed,
    TenantKeyInUse,
    TenantKeyMissing,
)
from backend.privacy.providers import LocalProvider
from backend.privacy.providers.directory import KeyDirectory

posix = pytest.mark.skipif(os.name != "posix", reason="modes are a POSIX matter")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys"


async def test_keys_are_the_same_after_a_restart(path: Path, tenant: UUID) -> None:
    first = LocalProvider(path)
    await first.generate(tenant, 1)
    keys, root = await first.unwrap_many(tenant, [1]), await first.index_root(1)
    second = LocalProvider(path)
    assert await second.unwrap_many(tenant, [1]) == keys
    assert await second.index_root(1) == root
    assert await second.current(tenant) == 1


def _modes(path: Path) -> set[tuple[bool, int]]:
    return {(found.is_dir(), stat.S_IMODE(found.stat().st_mode)) for found in (path, *path.rglob("*"))}


@posix
async def test_directories_are_0700_and_files_0600_whatever_the_umask(path: Path, tenant: UUID) -> None:
    before = os.umask(0)
    try:
        await LocalProvider(path).generate(tenant, 1)
    finally:
        os.umask(before)
    assert _modes(path) == {(True, 0o700), (False, 0o600)}


@posix
@pytest.mark.parametrize(("name", "mode"), [("", 0o750), ("root.key", 0o640), ("root.key", 0o604), ("tenants", 0o711)])
async def test_wider_permissions_are_refused_with_the_command_that_mends_them(
    path: Path, tenant: UUID, name: str, mode: int
) -> None:
    await LocalProvider(path).generate(tenant, 1)
    (path / name).chmod(mode)
    with pytest.raises(KeysExposed, match=r"chmod 0[67]00 .*keys"):
        LocalProvider(path)


async def test_lost_root_is_not_replaced_while_keys_depend_on_it(path: Path, tenant: UUID) -> None:
    await LocalProvider(path).generate(tenant, 1)
    (path / "root.key").unlink()
    with pytest.raises(RootKeyMissing):
        LocalProvider(path)


def test_malformed_root_is_named_and_not_shown(path: Path) -> None:
    LocalProvider(path)
    (path / "root.key").write_text("c2VjcmV0")
    with pytest.raises(RootKeyMalformed, match=r"root\.key") as caught:
        LocalProvider(path)
    assert "c2VjcmV0" not in str(caught.value)


async def test_destroyed_epoch_is_gone_and_never_comes_back(path: Path, tenant: UUID) -> None:
    provider = LocalProvider(path)
    await provider.generate(tenant, 1)
    await provider.generate(tenant, 2)
    await provider.destroy(tenant, 1)
    await provider.destroy(tenant, 1)
    assert KeyDirectory(path).names("tenants/*/*.key") == [f"tenants/{tenant}/000002.key"]
    with pytest.raises(TenantKeyDestroyed):
        await provider.unwrap_many(tenant, [1])
    with pytest.raises(TenantKeyDestroyed):
        await provider.generate(tenant, 1)


async def test_current_epoch_cannot_be_destroyed(path: Path, tenant: UUID) -> None:
    provider = LocalProvider(path)
    await provider.generate(tenant, 1)
    with pytest.raises(TenantKeyInUse):
        await provider.destroy(tenant, 1)


async def test_epochs_follow_one_another(path: Path, tenant: UUID) -> None:
    provider = LocalProvider(path)
    for epoch in (0, 2):
        with pytest.raises(EpochOutOfOrder):
            await provider.generate(tenant, epoch)
    with pytest.raises(TenantKeyMissing):
        await provider.unwrap_many(tenant, [1])


async def test_starting_an_epoch_twice_keeps_its_key(path: Path, tenant: UUID) -> None:
    provider = LocalProvider(path)
    await provider.generate(tenant, 1)
    before = await provider.unwrap_many(tenant, [1])
    await provider.generate(tenant, 1)
    assert await provider.unwrap_many(tenant, [1]) == before


async def test_key_file_put_in_place_of_another_is_refused(path: Path, tenant: UUID, other: UUID) -> None:
    provider = LocalProvider(path)
    for who, epoch in ((tenant, 1), (tenant, 2), (other, 1)):
        await provider.generate(who, epoch)
    mine = path / "tenants" / str(tenant) / "000002.key"
    for theirs in (mine.with_name("000001.key"), path / "tenants" / str(other) / "000001.key"):
        mine.write_bytes(theirs.read_bytes())
        with pytest.raises(KeyUnreadable):
            await provider.unwrap_many(tenant, [2])


async def test_rotated_root_rewraps_everything_and_is_seen_by_a_running_process(path: Path, tenant: UUID) -> None:
    running = LocalProvider(path)
    await running.generate(tenant, 1)
    keys, index_root = await running.unwrap_many(tenant, [1]), await running.index_root(1)
    root = (path / "root.key").read_bytes()
    assert await LocalProvider(path).rotate_root() == 2
    assert (path / "root.key").read_bytes() != root
    assert not (path / "root.previous.key").exists()
    assert await running.unwrap_many(tenant, [1]) == keys
    assert await running.index_root(1) == index_root


async def test_rotation_killed_before_rewrapping_is_completed_by_the_next(
    path: Path, tenant: UUID, tmp_path: Path
) -> None:
    provider = LocalProvider(path)
    await provider.generate(tenant, 1)
    keys = await provider.unwrap_many(tenant, [1])
    LocalProvider(tmp_path / "other")
    directory = KeyDirectory(path)
    directory.replace("root.previous.key", (path / "root.key").read_bytes())
    directory.replace("root.key", (tmp_path / "other" / "root.key").read_bytes())
    assert await LocalProvider(path).unwrap_many(tenant, [1]) == keys
    assert await LocalProvider(path).rotate_root() == 1
    assert await LocalProvider(path).unwrap_many(tenant, [1]) == keys


async def test_index_roots_are_independent_of_one_another(path: Path) -> None:
    provider = LocalProvider(path)
    assert await provider.index_root(1) != await provider.index_root(2)


def test_of_two_writers_exactly_one_creates_a_file(path: Path) -> None:
    directory = KeyDirectory(path)
    assert [directory.create("a.key", b"1"), directory.create("a.key", b"2")] == [True, False]
    assert directory.read("a.key") == b"1"
    assert directory.names("*") == ["a.key"]
