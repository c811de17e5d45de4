"""The text of whatever rule-set decided is kept with the decision, and leaves with a pack of the log."""

import hashlib
import zipfile
from pathlib import Path
from shutil import copytree

import pytest
from sqlalchemy import text

from backend.access.context import Context
from backend.access.models import Tenant
from backend.audit.copying import Batch
from backend.audit.sequencer import open_sequencer
from backend.core.clock import FixedClock
from backend.core.database import Database
from backend.core.events import Outbox
from backend.core.ids import new_id
from backend.core.settings import Settings
from backend.edge.platform import Platform, open_platform
from backend.loyalty.ruleset import programme
from tests.audit.packing import House, findings
from tests.factories import loyalty as made
from tests.factories import onboarding as make


@pytest.fixture
async def bank(platform: Platform, tenant: Tenant) -> make.Bank:
    return await make.bank(platform, tenant)


def sha(platform: Platform) -> str:
    return programme(platform.policies, platform.clock().date()).sha256


async def kept(bank: make.Bank, sha256: str) -> list[bytes]:
    async with bank.platform.transaction(bank.system) as ctx:
        found = await ctx.session.scalars(text("SELECT content FROM ruleset_text WHERE sha256 = :sha"), {"sha": sha256})
        return list(found)


async def decide(ctx: Context, ruleset: str) -> None:
    async with ctx.audit("target.snapshot", ("tenant", ctx.actor.tenant_id), ruleset=ruleset):
        pass


async def test_the_text_of_a_rule_set_that_decided_is_kept_once(bank: make.Bank) -> None:
    for _ in range(2):
        await made.member(bank)
    (content,) = await kept(bank, sha(bank.platform))
    assert hashlib.sha256(content).hexdigest() == sha(bank.platform)


async def test_a_bulk_decision_keeps_its_text_as_well(bank: make.Bank) -> None:
    async def copied(ctx: Context) -> None:
        batch = Batch(ctx.trail)
        batch.entry("target.snapshot", ("tenant", ctx.actor.tenant_id), ruleset=sha(bank.platform))
        batch.add(Outbox, id=new_id(), name="test.done", subject_id=new_id(), payload={}, created_at=ctx.now)
        await batch.write(ctx.session)

    sha(bank.platform)
    await bank.run("system", copied)
    assert len(await kept(bank, sha(bank.platform))) == 1


async def test_what_was_taken_back_is_kept_with_the_next_decision(bank: make.Bank) -> None:
    async def broken(ctx: Context) -> None:
        await decide(ctx, sha(bank.platform))
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await bank.run("system", broken)
    assert await kept(bank, sha(bank.platform)) == []
    await bank.run("system", decide, sha(bank.platform))
    assert len(await kept(bank, sha(bank.platform))) == 1


async def test_a_digest_that_is_no_text_of_the_policies_is_left_to_who_made_it(bank: make.Bank) -> None:
    await bank.run("system", decide, "0" * 64)
    assert await kept(bank, "0" * 64) == []


async def test_a_pack_has_the_text_that_a_release_has_replaced(
    settings: Settings, database: Database, clock: FixedClock, tenant: Tenant, tmp_path: Path
) -> None:
    policies = Path(copytree(settings.policies, tmp_path / "policies"))
    own = settings.model_copy(update={"policies": policies})
    old = await open_platform(own, clock=clock, database=database)
    await made.member(await make.bank(old, tenant))
    old_sha = sha(old)
    (file,) = (policies / "loyalty" / "programme").glob("*.yaml")
    file.write_bytes(file.read_bytes() + b"# another release\n")
    new = await open_platform(own, clock=clock, database=database)
    sequencer = open_sequencer(own, database, clock)
    house = House(new, tenant, sequencer)
    pack = tmp_path / "a.auditpack"
    done = await house.export(pack)
    await sequencer.close()
    for each in (old, new):
        await each.engine.dispose()
    assert (old_sha != sha(new), done.missing_rulesets, findings(pack, house.key)) == (True, 0, [])
    with zipfile.ZipFile(pack) as files:
        assert hashlib.sha256(files.read(f"rulesets/{old_sha}")).hexdigest() == old_sha
