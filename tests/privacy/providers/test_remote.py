"""Vault and KMS: one contract, kept against servers that answer as they do."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from backend.core.settings import Settings
from backend.privacy.errors import (
    KeyServiceRefused,
    KeyServiceUnavailable,
    KeyServiceUnset,
    KeyUnreadable,
    TenantKeyDestroyed,
)
from backend.privacy.keyring import KeyId, Keyring
from backend.privacy.providers import aws_kms, remote, vault_transit
from backend.privacy.providers.choice import provider_for
from backend.privacy.providers.remote import RemoteProvider
from tests.privacy.providers.vault_server import TOKEN, Transit, serving

hvac = pytest.importorskip("hvac", reason="the extra `vault` is not installed")
boto3 = pytest.importorskip("boto3", reason="the extra `aws` is not installed")
moto_server = pytest.importorskip("moto.server", reason="moto is not installed")


@dataclass
class Service:
    """A running service, and the settings that lead to it."""

    open: Callable[[Path], RemoteProvider]
    settings: dict[str, Any]


@pytest.fixture
def vault() -> Iterator[tuple[Transit, str]]:
    with serving() as found:
        yield found


@pytest.fixture(scope="module")
def kms() -> Iterator[str]:
    server = moto_server.ThreadedMotoServer(port=0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture(params=["vault", "aws_kms"])
def service(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Service:
    monkeypatch.setattr(remote, "_PAUSES", (0.0, 0.0, 0.0))
    if request.param == "vault":
        _, url = request.getfixturevalue("vault")
        settings: dict[str, Any] = {"key_provider": "vault", "vault_url": url, "vault_token": TOKEN}
    else:
        endpoint = request.getfixturevalue("kms")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        client = boto3.client("kms", region_name="eu-central-1", endpoint_url=endpoint)
        key = client.create_key(Description="tenure")["KeyMetadata"]["KeyId"]
        settings = {
            "key_provider": "aws_kms",
            "aws_kms_key": key,
            "aws_kms_region": "eu-central-1",
            "aws_kms_endpoint": endpoint,
        }

    def opened(path: Path) -> RemoteProvider:
        provider = provider_for(Settings(data_dir=path, **settings))
        assert isinstance(provider, RemoteProvider)
        return provider

    return Service(opened, settings)


async def test_keys_are_the_same_after_a_restart(service: Service, tmp_path: Path, tenant: UUID) -> None:
    first = service.open(tmp_path)
    await first.generate(tenant, 1)
    keys, root = await first.unwrap_many(tenant, [1]), await first.index_root(1)
    second = service.open(tmp_path)
    assert await second.unwrap_many(tenant, [1]) == keys
    assert await second.index_root(1) == root


def _all_files(path: Path) -> bytes:
    return b"".join(found.read_bytes() for found in path.rglob("*") if found.is_file())


async def test_no_key_lies_in_the_clear(service: Service, tmp_path: Path, tenant: UUID) -> None:
    provider = service.open(tmp_path)
    await provider.generate(tenant, 1)
    secrets = [*(await provider.unwrap_many(tenant, [1])).values(), await provider.index_root(1)]
    stored = _all_files(tmp_path)
    assert not any(secret in stored for secret in secrets)


async def test_the_key_of_another_institution_does_not_open(service: Service, tmp_path: Path, tenant: UUID) -> None:
    provider, other = service.open(tmp_path), uuid4()
    await provider.generate(tenant, 1)
    await provider.generate(other, 1)
    shutil.copy(tmp_path / f"keys/tenants/{tenant}/000001.key", tmp_path / f"keys/tenants/{other}/000001.key")
    with pytest.raises(KeyUnreadable):
        await service.open(tmp_path).unwrap_many(other, [1])


async def test_the_key_of_another_epoch_does_not_open(service: Service, tmp_path: Path, tenant: UUID) -> None:
    provider = service.open(tmp_path)
    await provider.generate(tenant, 1)
    await provider.generate(tenant, 2)
    shutil.copy(tmp_path / f"keys/tenants/{tenant}/000001.key", tmp_path / f"keys/tenants/{tenant}/000002.key")
    with pytest.raises(KeyUnreadable):
        await provider.unwrap_many(tenant, [2])


async def test_a_rotated_root_opens_the_same_keys(service: Service, tmp_path: Path, tenant: UUID) -> None:
    provider = service.open(tmp_path)
    await provider.generate(tenant, 1)
    before = await provider.unwrap_many(tenant, [1])
    stored = (tmp_path / f"keys/tenants/{tenant}/000001.key").read_bytes()
    assert await provider.rotate_root() == 1
    assert (tmp_path / f"keys/tenants/{tenant}/000001.key").read_bytes() != stored
    assert await service.open(tmp_path).unwrap_many(tenant, [1]) == before


async def test_a_destroyed_epoch_stays_destroyed(service: Service, tmp_path: Path, tenant: UUID) -> None:
    provider = service.open(tmp_path)
    await provider.generate(tenant, 1)
    await provider.generate(tenant, 2)
    await provider.destroy(tenant, 1)
    with pytest.raises(TenantKeyDestroyed):
        await service.open(tmp_path).unwrap_many(tenant, [1])


async def test_a_keyring_works_over_it(service: Service, tmp_path: Path, tenant: UUID) -> None:
    owner = uuid4()
    created = (await Keyring(service.open(tmp_path)).create(tenant, [owner]))[owner]
    opened = await Keyring(service.open(tmp_path)).open_many(tenant, {KeyId(owner, 1): created.wrapped})
    assert opened[KeyId(owner, 1)].key == created.opened.key


async def test_old_versions_may_be_forbidden_once_all_is_rewrapped(
    vault: tuple[Transit, str], tmp_path: Path, tenant: UUID
) -> None:
    transit, url = vault
    provider = RemoteProvider(tmp_path, vault_transit.VaultTransit(url, TOKEN))
    await provider.generate(tenant, 1)
    before = await provider.unwrap_many(tenant, [1])
    await provider.rotate_root()
    transit.keys["tenure"]["least"] = 2
    assert await provider.unwrap_many(tenant, [1]) == before


async def test_a_second_rewrap_finds_nothing_to_do(vault: tuple[Transit, str], tmp_path: Path, tenant: UUID) -> None:
    provider = RemoteProvider(tmp_path, vault_transit.VaultTransit(vault[1], TOKEN))
    await provider.generate(tenant, 1)
    await provider.rotate_root()
    assert await provider.rewrap() == 0


async def test_a_short_outage_is_waited_for(
    vault: tuple[Transit, str], tmp_path: Path, tenant: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "_PAUSES", (0.0, 0.0, 0.0))
    provider = RemoteProvider(tmp_path, vault_transit.VaultTransit(vault[1], TOKEN))
    await provider.generate(tenant, 1)
    vault[0].down = 2
    assert len(await provider.unwrap_many(tenant, [1])) == 1


async def test_an_outage_says_who_was_not_reached(
    vault: tuple[Transit, str], tmp_path: Path, tenant: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "_PAUSES", (0.0,))
    vault[0].down = 9
    with pytest.raises(KeyServiceUnavailable, match="Vault"):
        await RemoteProvider(tmp_path, vault_transit.VaultTransit(vault[1], TOKEN)).generate(tenant, 1)


async def test_a_server_that_is_not_there_is_no_traceback(
    tmp_path: Path, tenant: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "_PAUSES", ())
    with pytest.raises(KeyServiceUnavailable):
        await RemoteProvider(tmp_path, vault_transit.VaultTransit("http://127.0.0.1:9", TOKEN)).generate(tenant, 1)


async def test_a_token_without_the_right_is_told_which(
    vault: tuple[Transit, str], tmp_path: Path, tenant: UUID
) -> None:
    vault[0].denied.add("decrypt")
    provider = RemoteProvider(tmp_path, vault_transit.VaultTransit(vault[1], TOKEN))
    await provider.generate(tenant, 1)
    with pytest.raises(KeyServiceRefused, match="decrypt_data"):
        await provider.unwrap_many(tenant, [1])


async def test_a_key_that_kms_does_not_know_is_named(
    kms: str, tmp_path: Path, tenant: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    service = aws_kms.AwsKms("alias/nobody", region="eu-central-1", endpoint=kms)
    with pytest.raises(KeyServiceRefused, match="alias/nobody"):
        await RemoteProvider(tmp_path, service).generate(tenant, 1)


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"key_provider": "vault"}, "TENURE_VAULT_URL"),
        ({"key_provider": "vault", "vault_url": "http://127.0.0.1:9"}, "TENURE_VAULT_TOKEN"),
        ({"key_provider": "aws_kms"}, "TENURE_AWS_KMS_KEY"),
    ],
)
def test_a_missing_setting_is_named(settings: dict[str, Any], named: str, tmp_path: Path) -> None:
    with pytest.raises(KeyServiceUnset, match=named):
        provider_for(Settings(data_dir=tmp_path, **settings))
