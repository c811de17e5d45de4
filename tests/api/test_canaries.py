"""No plaintext of any personal field anywhere but with whom it is for: not in the database, its log, jobs, faults,
pages or files, and not in ours."""

import logging
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import product
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import insert, select
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route

from backend.access.context import Context
from backend.access.models import Credential, StaffUser, Team, Tenant
from backend.access.tokens import hash_password
from backend.api.executor import Executor
from backend.api.router import graphql_router
from backend.api.trusted import TrustedDocument, TrustedDocuments, sha256
from backend.audit.sequencer import open_sequencer
from backend.core.actor import Actor
from backend.core.database import Database
from backend.core.logs import Discreet
from backend.core.rulesets import load
from backend.core.settings import Settings
from backend.customers.models import Party
from backend.edge import reporting
from backend.edge.platform import Platform
from backend.onboarding.dependants import CaseDependants
from backend.privacy.personal import personal_tables
from backend.reporting.catalog import REPORTS
from backend.reporting.filters import Filters
from backend.reporting.models import Format
from backend.screening.matching.rules import ScreeningRules
from backend.web.headers import SecurityHeaders
from backend.web.router import web_routes
from tests.api import canaries
from tests.api.canaries import LONG_ENOUGH, open_word, word
from tests.api.conftest import OPERATIONS, PERSON
from tests.api.flows import SEARCH, Flows, work_off
from tests.api.planting import plant
from tests.factories import onboarding as make
from tests.factories.alerts import Screener
from tests.reporting.conftest import unpacked
from tests.web.conftest import ORIGIN, PASSWORD, Browser

FACTORY = {"Jana Nováková", "1971-07-09"}
"""What the factory of cases gives everybody; the list she is screened against names her openly."""


@pytest.fixture(scope="module")
def database(own_database: Database) -> Database:
    return own_database


@pytest.fixture
def rules() -> ScreeningRules:
    return load(OPERATIONS.parents[1] / "policies" / "screening" / "names-2026.yaml", ScreeningRules).rules


@pytest.fixture
async def flows(platform: Platform, tenant: Tenant, rules: ScreeningRules) -> AsyncIterator[Flows]:
    bank = await make.bank(platform, tenant)
    asked = {
        f"sha256:{sha256(text)}": TrustedDocument("web/of-a-test", text, sha256(text)) for text in (PERSON, SEARCH)
    }
    trusted = TrustedDocuments({**TrustedDocuments.load(OPERATIONS).by_id, **asked})
    executor = Executor.open(platform, CaseDependants(), trusted=trusted)

    async def actor_of(_: Request) -> Actor:
        assert flows.actor is not None
        return flows.actor

    app = FastAPI()
    app.include_router(graphql_router(executor, actor_of))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="https://bank.example") as client:
        flows = Flows(bank, Screener(bank, rules), client)
        yield flows


async def test_no_plaintext_of_any_personal_field_leaves_its_place(
    flows: Flows, database: Database, data_dir: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await flows.all(tmp_path)
    platform = flows.bank.platform
    planted = await plant(platform, flows.bank.system)
    assert planted
    await work_off(platform)
    sealed = await platform.run(flows.bank.system, canaries.everything_sealed)
    assert {column for column, texts in sealed.items() if not any(len(t) >= LONG_ENOUGH for t in texts)} == set()
    secrets = {text for texts in sealed.values() for text in texts if len(text) >= LONG_ENOUGH}
    assert set(planted) <= secrets
    secrets |= {word(number) for number in range(100)}
    ours = [(record.name, _whole(record).encode("utf-8", "replace")) for record in caplog.records]
    places = [*canaries.dump(database), *_servers(data_dir), *ours, *flows.heard]
    assert canaries.found_in(places, secrets) == {}


async def test_what_is_kept_openly_of_a_person_stands_in_its_table_and_versions_alone(
    flows: Flows, database: Database, data_dir: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    party = await flows.person()
    await flows.file(tmp_path)
    await flows.strangers()
    await _refused_by_the_database(flows.bank.platform, flows.bank.system, party)
    await work_off(flows.bank.platform)
    open_ = await flows.bank.platform.run(flows.bank.system, _everything_open)
    assert {"party.occupation", "party.source_ref"} <= open_.keys()
    secrets = {open_word(9), *(text for texts in open_.values() for text in texts if len(text) >= LONG_ENOUGH)}
    own = {f"public.{column.split('.')[0]}" for column in open_} | {"public.record_version"}
    tables = [(name, rows) for name, rows in canaries.dump(database) if name not in own]
    ours = [(record.name, Discreet().format(record).encode()) for record in caplog.records]
    assert [text for _, text in ours if b"23502" in text], [text for name, text in ours if name == "door"]
    assert canaries.found_in([*tables, *_servers(data_dir), *ours, *flows.heard], secrets) == {}


async def test_pages_and_files_show_no_personal_field_to_those_without_the_right(
    flows: Flows, settings: Settings, tenant: Tenant, tmp_path: Path
) -> None:
    await flows.all(tmp_path)
    platform = flows.bank.platform
    sequencer = open_sequencer(settings, platform.database, platform.clock)
    await sequencer.drain(tenant.id)
    await sequencer.close()
    sealed = await platform.run(flows.bank.system, canaries.everything_sealed)
    secrets = {text for texts in sealed.values() for text in texts if len(text) >= LONG_ENOUGH} - FACTORY
    secrets.add(word(90))
    await platform.run(flows.bank.system, partial(_stranger, stranger=flows.bank["rm2"]))
    shown = [each async for each in _pages(platform, tenant, await platform.run(flows.bank.system, _ids))]
    assert sum(status == 200 for _, status, _ in shown) >= 15
    files = [each async for each in _files(platform, flows.bank.system, tmp_path)]
    assert canaries.read_in([*((path, body) for path, _, body in shown), *files], secrets) == {}


def _servers(data_dir: Path) -> list[tuple[str, bytes]]:
    return [(path.name, path.read_bytes()) for path in (data_dir / "postgres").glob("log*") if path.is_file()]


def _whole(record: logging.LogRecord) -> str:
    """Message, arguments, everything that was attached, and the traceback with its chained errors."""
    trace = logging.Formatter().formatException(record.exc_info) if record.exc_info else ""
    return f"{record.getMessage()} {record.__dict__!r} {trace}"


async def _everything_open(ctx: Context) -> dict[str, list[str]]:
    """Texts of this institution in open columns about a person, by column."""
    found: dict[str, list[str]] = {}
    for of in personal_tables().values():
        for name in of.plain:
            values = await ctx.session.scalars(select(of.table.c[name]).where(of.table.c[name].is_not(None)))
            found[f"{of.name}.{name}"] = [value for value in values if isinstance(value, str)]
    return found


async def _refused_by_the_database(platform: Platform, actor: Actor, party: UUID) -> None:
    """A fault of ours that the database finds, as a door logs it: the refused row holds what is known of the person."""

    async def broken(ctx: Context) -> None:
        row = (await ctx.session.execute(select(Party.__table__).where(Party.id == party))).mappings().one()  # type: ignore[attr-defined]
        async with ctx.audit("customer.edit", ("party", party)) as entry:
            await ctx.session.execute(
                insert(Party).values({**row, "kind": None, "entry_id": entry, "source_ref": open_word(9)})
            )

    try:
        await platform.run(actor, broken)
    except Exception:
        logging.getLogger("door").exception("request %s failed", actor.request_id)


async def _stranger(ctx: Context, stranger: Actor) -> None:
    """A relationship manager of another team, who can sign in."""
    tenant = stranger.tenant_id
    async with ctx.audit("staff.edit", ("staff_user", stranger.id)):
        ctx.session.add(team := Team(tenant_id=tenant, name="Brno"))
        await ctx.session.flush()
        (await ctx.session.get_one(StaffUser, stranger.id)).team_id = team.id
        secret = hash_password(PASSWORD)
        ctx.session.add(Credential(tenant_id=tenant, user_id=stranger.id, password_hash=secret, changed_at=ctx.now))


async def _ids(ctx: Context) -> list[UUID]:
    """Of each table about persons the first record that has an address of its own."""
    found: list[UUID] = []
    for of in (each for each in personal_tables().values() if "id" in each.table.c):
        found += (await ctx.session.scalars(select(of.table.c.id).order_by(of.table.c.id).limit(1))).all()
    return found


async def _pages(platform: Platform, tenant: Tenant, ids: Sequence[UUID]) -> AsyncIterator[tuple[str, int, bytes]]:
    """Every page there is, of every kind of record there is: path, status, body."""
    routes = web_routes(platform, Executor.open(platform, CaseDependants()))
    app = Starlette(routes=routes)
    app.add_middleware(SecurityHeaders)
    paths = {route.path for route in routes if isinstance(route, Route) and "GET" in (route.methods or ())}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=ORIGIN) as client:
        assert (await Browser(client, tenant).sign_in("rm2")).status_code < 400
        for path in sorted(paths):
            for filled in _filled(path, ids):
                answer = await client.get(filled)
                yield filled, answer.status_code, answer.content


_PARAMETER = re.compile(r"\{(\w+)(:uuid)?(?::path)?\}")
_WORDS = {
    "section": ("overview", "ties", "holdings", "cases", "history"),
    "kind": ("json", "pdf"),
    "code": tuple(REPORTS),
}


def _filled(path: str, ids: Sequence[UUID]) -> list[str]:
    """With each record in the place of every id, and each word where there are words."""
    named = [name for name, uuid in _PARAMETER.findall(path) if not uuid]
    words = [_WORDS.get(name, ("work",)) for name in named]
    found = []
    for id_ in ids if ":uuid" in path else ids[:1]:
        for chosen in product(*words):
            values = dict(zip(named, chosen, strict=True))
            found.append(_PARAMETER.sub(lambda m, values=values, id_=id_: values.get(m[1], str(id_)), path))  # type: ignore[misc]
    return found


async def _files(platform: Platform, operator: Actor, folder: Path) -> AsyncIterator[tuple[str, bytes]]:
    """Every report that the operator may take away, who sees no personal data."""
    reader = replace(operator, roles=frozenset({"operator"}), channel="cli")
    for code in ("audit", "personal-data"):
        for form in (Format.CSV, Format.JSONL, Format.XLSX):
            path = folder / f"{code}.{form}"
            made = await reporting.write(platform, reader, code, form, Filters(), path, lambda *_: None)
            assert made.lines or code != "audit"
            yield path.name, unpacked(path.read_bytes(), form)


def test_the_search_finds_a_plaintext_in_every_form() -> None:
    for hidden in canaries.forms(word(99)) | canaries.forms("+420603998127"):
        found = canaries.found_in([("somewhere", b"\\\\x00 " + hidden + b" 17")], [word(99), "+420603998127"])
        assert list(found.values()) == [{"somewhere"}]
