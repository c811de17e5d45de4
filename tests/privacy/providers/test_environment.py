"""A root key from the environment: refused in production, rotated by giving the old one as well."""

import base64
from pathlib import Path
from uuid import UUID

import pytest

from backend.privacy.errors import EnvironmentKeyRefused, RootKeyMalformed, RootKeyMissing, RootKeyUnknown
from backend.privacy.providers import EnvironmentProvider

OLD = base64.b64encode(bytes(range(32))).decode()
NEW = base64.b64encode(bytes(range(1, 33))).decode()


def _provider(path: Path, **variables: str) -> EnvironmentProvider:
    return EnvironmentProvider(path / "keys", production=False, environment=variables)


def _stored(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in path.rglob("*.key"))


def test_production_refuses_it_unless_allowed(tmp_path: Path) -> None:
    environment = {"TENURE_ROOT_KEY": OLD}
    with pytest.raises(EnvironmentKeyRefused):
        EnvironmentProvider(tmp_path / "keys", production=True, environment=environment)
    EnvironmentProvider(tmp_path / "keys", production=True, allowed=True, environment=environment)


def test_missing_variable_is_named(tmp_path: Path) -> None:
    with pytest.raises(RootKeyMissing, match="TENURE_ROOT_KEY"):
        _provider(tmp_path)


@pytest.mark.parametrize("text", ["", "short", "AAAA", "é" * 44, OLD + "AAAA"])
def test_malformed_variable_is_refused_before_anything_is_written(tmp_path: Path, text: str) -> None:
    with pytest.raises(RootKeyMalformed, match="TENURE_ROOT_KEY"):
        _provider(tmp_path, TENURE_ROOT_KEY=text)


async def test_root_is_rotated_by_giving_the_old_one_as_well(tmp_path: Path, tenant: UUID) -> None:
    before = _provider(tmp_path, TENURE_ROOT_KEY=OLD)
    await before.generate(tenant, 1)
    keys = await before.unwrap_many(tenant, [1])
    with pytest.raises(RootKeyUnknown):
        await _provider(tmp_path, TENURE_ROOT_KEY=NEW).unwrap_many(tenant, [1])
    both = _provider(tmp_path, TENURE_ROOT_KEY=NEW, TENURE_ROOT_KEY_PREVIOUS=OLD)
    assert await both.rewrap() == 1
    assert await both.rewrap() == 0
    assert await _provider(tmp_path, TENURE_ROOT_KEY=NEW).unwrap_many(tenant, [1]) == keys


async def test_directory_holds_nothing_that_opens_without_the_variable(tmp_path: Path, tenant: UUID) -> None:
    provider = _provider(tmp_path, TENURE_ROOT_KEY=OLD)
    await provider.generate(tenant, 1)
    secrets = [bytes(range(32)), *(await provider.unwrap_many(tenant, [1])).values()]
    stored = _stored(tmp_path)
    assert stored
    assert not any(secret in stored for secret in secrets)
