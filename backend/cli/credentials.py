"""`tenure user reset-…` and `tenure client …-key`: how people and partner systems prove who they are."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

import orjson
import typer

from backend.access import client_keys, factor_resets, passwords, queries
from backend.access.context import Context
from backend.access.models import ApiClient, StaffUser
from backend.access.proof_models import ClientKey
from backend.access.sign_in_errors import ClientKeyMalformed
from backend.cli.console import DataDir, TenantSlug, institution, operator, platform, run, settings_for, tell
from backend.cli.people import Login, UnknownUser

users = typer.Typer()
clients = typer.Typer()
T = TypeVar("T")
Name = Annotated[str, typer.Argument(help="Name of the partner system.")]
Days = Annotated[int, typer.Option(help="For how many days the key is good.", min=1, max=1825)]
_LARGEST: Final = 64 * 1024


@users.command("reset-password")
def reset_password(login: Login, tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Give a colleague a temporary password, shown once; all their sessions end."""

    async def reset(ctx: Context) -> str:
        return await passwords.reset_password(ctx, (await _user(ctx, login)).id)

    tell(f"Temporary password (shown once): {_as_operator(reset, tenant, data_dir)}")


@users.command("reset-second-factor")
def reset_second_factor(login: Login, tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Take away the second factor of a colleague whose device is lost; all their sessions end."""

    async def reset(ctx: Context) -> None:
        await factor_resets.reset_alone(ctx, (await _user(ctx, login)).id)

    _as_operator(reset, tenant, data_dir)
    tell(f"{login} signs in without a second factor now, and sets up a new one where the role needs it.")


@clients.command("add-key")
def add_key(
    name: Name,
    file: Annotated[Path, typer.Argument(help="Public key: JWK, JWK set or PEM.", exists=True, dir_okay=False)],
    days: Days = 365,
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
) -> None:
    """Register the public keys of a partner system; those it has stay good until they end or are revoked."""
    given = _keys_in(file)

    async def add(ctx: Context) -> list[ClientKey]:
        return [await client_keys.add_public_key(ctx, name, key, lifetime=timedelta(days=days)) for key in given]

    for key in _as_operator(add, tenant, data_dir):
        tell(f"{key.kid}, good until {key.valid_to:%Y-%m-%d}")


@clients.command("add-secret")
def add_secret(name: Name, days: Days = 365, tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Give a partner system a further secret, shown once; the older ones stay good until they end or are revoked."""

    async def add(ctx: Context) -> tuple[ClientKey, str]:
        return await client_keys.add_secret(ctx, name, lifetime=timedelta(days=days))

    key, secret = _as_operator(add, tenant, data_dir)
    tell(f"Secret {key.kid} (shown once): {secret}")


@clients.command("keys")
def keys(name: Name, tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Show the keys of a partner system, never the secrets."""

    async def look(ctx: Context) -> tuple[ApiClient, list[ClientKey]]:
        return await client_keys.listed(ctx, name)

    client, found = _as_operator(look, tenant, data_dir)
    typer.echo(f"client_id\t{client.id}\t{' '.join(client.scopes or ['(all scopes of its roles)'])}")
    for key in found:
        state = "revoked" if key.revoked_at is not None else f"until {key.valid_to:%Y-%m-%d}"
        typer.echo(f"{key.kid}\t{key.kind}\t{state}")


@clients.command("revoke-key")
def revoke_key(
    name: Name,
    kid: Annotated[str, typer.Argument(help="Key id; `tenure client keys` shows them.")],
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
) -> None:
    """Revoke one key of a partner system, and the tokens it holds."""
    _as_operator(lambda ctx: client_keys.revoke_key(ctx, name, kid), tenant, data_dir)
    tell(f"{kid} opens nothing any more.")


@clients.command("revoke")
def revoke(name: Name, tenant: TenantSlug = None, data_dir: DataDir = None) -> None:
    """Revoke a partner system with all its keys and tokens."""
    _as_operator(lambda ctx: client_keys.revoke_client(ctx, name), tenant, data_dir)
    tell(f"{name} may call no more.")


@clients.command("scopes")
def scopes(
    name: Name,
    scope: Annotated[list[str], typer.Argument(help="The most its tokens may be used for.")],
    tenant: TenantSlug = None,
    data_dir: DataDir = None,
) -> None:
    """Limit what the tokens and keys of a partner system may be used for."""
    client = _as_operator(lambda ctx: client_keys.limit_scopes(ctx, name, scope), tenant, data_dir)
    tell(f"{client.name}: {' '.join(client.scopes or [])}")


def _as_operator(use_case: Callable[[Context], Awaitable[T]], tenant: str | None, data_dir: Path | None) -> T:
    async def work() -> T:
        async with platform(settings_for(data_dir)) as opened:
            return await opened.run(operator(await institution(opened, tenant)), use_case)

    return run(work)


async def _user(ctx: Context, login: str) -> StaffUser:
    user = await queries.staff_by_login(ctx.session, login)
    if user is None:
        raise UnknownUser(login=login)
    return user


def _keys_in(file: Path) -> list[dict[str, Any] | str]:
    text = file.read_bytes()[:_LARGEST].decode("utf-8", "replace")
    if not text.lstrip().startswith("{"):
        return [text]
    try:
        given = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise ClientKeyMalformed(problem="it is no JSON") from None
    return list(given["keys"]) if isinstance(given.get("keys"), list) else [given]
