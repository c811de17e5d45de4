"""Signed heads stamped by schedule: when the log has grown, and not for the stamp's own entry."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import text

from backend.access.models import Team, Tenant
from backend.audit.errors import StampRefused
from backend.audit.heads import Heads
from backend.audit.sequencer import Sequencer, open_sequencer
from backend.audit.timestamps import Stamps, check_all
from backend.core.actor import Actor, system_actor
from backend.core.database import Database
from backend.core.settings import Settings
from backend.edge.platform import Platform
from backend.jobs import stamping
from tests.audit.authority import Authority, serving, soon


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority(soon())


@pytest.fixture
def served(authority: Authority) -> Iterator[str]:
    with serving(authority) as address:
        yield address


@pytest.fixture
def roots(authority: Authority, tmp_path: Path) -> Path:
    path = tmp_path / "roots.pem"
    path.write_bytes(authority.root.public_bytes(Encoding.PEM))
    return path


@pytest.fixture
def stamping_platform(platform: Platform, served: str, roots: Path) -> Platform:
    set_ = platform.settings.model_copy(update={"timestamp_url": f"{served}/stamp", "timestamp_roots": roots})
    return replace(platform, settings=set_)


@pytest.fixture
async def sequencer(settings: Settings, database: Database) -> AsyncIterator[Sequencer]:
    opened = open_sequencer(settings, database)
    yield opened
    await opened.close()


@pytest.fixture
def me(tenant: Tenant) -> Actor:
    return system_actor(tenant.id, "test")


async def grow(platform: Platform, me: Actor, sequencer: Sequencer, *names: str) -> None:
    for name in names:
        async with platform.transaction(me) as ctx:
            team = Team(tenant_id=me.tenant_id, name=name)
            async with ctx.audit("team.create", ("team", team.id)):
                ctx.session.add(team)
    await sequencer.drain(me.tenant_id)


async def test_the_newest_head_is_stamped_and_the_stamp_holds(
    stamping_platform: Platform, me: Actor, sequencer: Sequencer, authority: Authority
) -> None:
    await grow(stamping_platform, me, sequencer, "Praha", "Brno")
    done = await stamping.stamp_grown(stamping_platform, me)
    assert done is not None
    assert (done.size, done.at) == (2, authority.now)
    heads = Heads.of(stamping_platform.settings)
    kept = Stamps.of(stamping_platform.settings)
    sound, broken = check_all(kept, me.tenant_id, lambda size: heads.note(me.tenant_id, size), [authority.root])
    assert ([each.size for each in sound], broken) == ([2], [])


async def test_a_log_that_holds_only_the_entry_of_its_last_stamp_more_is_not_stamped_again(
    stamping_platform: Platform, me: Actor, sequencer: Sequencer
) -> None:
    await grow(stamping_platform, me, sequencer, "Praha")
    assert await stamping.stamp_grown(stamping_platform, me) is not None
    await sequencer.drain(me.tenant_id)
    assert await stamping.stamp_grown(stamping_platform, me) is None
    await grow(stamping_platform, me, sequencer, "Brno")
    done = await stamping.stamp_grown(stamping_platform, me)
    assert done is not None
    assert done.size == 3


async def test_that_a_head_was_stamped_is_in_the_log(
    stamping_platform: Platform, me: Actor, sequencer: Sequencer
) -> None:
    await grow(stamping_platform, me, sequencer, "Praha")
    await stamping.stamp_grown(stamping_platform, me)
    async with stamping_platform.transaction(me) as ctx:
        noted = await ctx.session.scalar(text("SELECT reason FROM audit_entry WHERE action = 'audit.timestamp'"))
    assert noted == "size 1"


async def test_nothing_is_asked_where_no_authority_is_set(platform: Platform, me: Actor, sequencer: Sequencer) -> None:
    await grow(platform, me, sequencer, "Praha")
    assert await stamping.stamp_grown(platform, me) is None


async def test_a_log_without_a_head_is_not_stamped(stamping_platform: Platform, me: Actor) -> None:
    assert await stamping.stamp_grown(stamping_platform, me) is None


async def test_an_answer_that_does_not_hold_is_neither_kept_nor_noted(
    stamping_platform: Platform, me: Actor, sequencer: Sequencer, served: str
) -> None:
    await grow(stamping_platform, me, sequencer, "Praha")
    wrong = stamping_platform.settings.model_copy(update={"timestamp_url": f"{served}/page"})
    with pytest.raises(StampRefused):
        await stamping.stamp_grown(replace(stamping_platform, settings=wrong), me)
    assert Stamps.of(wrong).newest(me.tenant_id) == 0
