"""The package and the erasure over every table that the schema has about persons, also those of tomorrow.

A row is planted in each with a word in every encrypted column; what a capability adds is planted without being named.
"""

import io
import zipfile
from typing import Any
from uuid import UUID

import orjson
import pytest
from sqlalchemy import select, text

from backend.access.context import Context
from backend.core.i18n import translate
from backend.core.ids import new_id
from backend.core.rulesets import Policies
from backend.core.settings import Settings
from backend.customers.models import Party, PartyStatus
from backend.privacy.personal import PersonalTable, about, personal_tables
from backend.privacy.shredding import destroy_keys
from backend.privacy.vault import Vault
from backend.rights import service as rights
from backend.rights.models import Erasure, ErasureState
from backend.rights.records import columns
from backend.rights.rulesets import REQUESTS, RequestRules
from backend.rights.words import TITLES, heading
from tests.api.planting import plant
from tests.rights.conftest import Privacy

_FILES = {"document_content"}
"""Handed out as the files themselves."""
_NOT_OF_CUSTOMERS = {"privacy_request"}
"""Of the request itself, which the plant does not make twice."""


async def planted(privacy: Privacy) -> tuple[UUID, list[str]]:
    party = await privacy.customer()
    return party.id, await plant(privacy.platform, privacy.bank.system, party.id)


async def rows(ctx: Context, of: PersonalTable, party_id: UUID) -> list[Any]:
    query = select(of.table).where(about(of.name, [party_id], personal_tables()))
    return list((await ctx.session.execute(query)).mappings())


async def shred(privacy: Privacy, party_id: UUID) -> None:
    """The first step of an erasure, whatever would keep the data: what is planted is open work, too."""

    async def destroy(ctx: Context) -> None:
        system = privacy.bank.system.id
        async with ctx.audit("customer.shredded", ("party", party_id), reason="request") as entry:
            await destroy_keys(ctx.session, ctx.actor.tenant_id, [party_id], ctx.now)
            (await ctx.session.get_one(Party, party_id)).status = PartyStatus.SHREDDED
            ctx.session.add(
                Erasure(
                    id=new_id(),
                    tenant_id=ctx.actor.tenant_id,
                    party_id=party_id,
                    ground="request",
                    ruleset="0" * 64,
                    state=ErasureState.KEYS_DESTROYED,
                    shredded_entry=entry,
                    proposed_by=privacy.bank.officer.id,
                    approved_by=system,
                    approved_at=ctx.now,
                    counts={},
                )
            )

    await privacy.platform.run(privacy.bank.system, destroy)
    await privacy.finish()


async def readable(privacy: Privacy, party_id: UUID, vault: Vault) -> dict[str, str]:
    """By column and row, what the keys that a process kept still open."""
    found: dict[str, str] = {}

    async def look(ctx: Context) -> None:
        for of in personal_tables().values():
            for row in await rows(ctx, of, party_id) if of.sealed else ():
                for column, owner in of.sealed.items():
                    words = opened(vault, of, column, row, row[owner])
                    if words is not None:
                        found[f"{of.name}.{column}.{row['id']}"] = words

    await privacy.read(look)
    return found


def opened(vault: Vault, of: PersonalTable, column: str, row: Any, owner: UUID) -> str | None:
    """None for what no key opens: the seal says so before any word is read."""
    try:
        return vault.open_optional(of.name, column, row["id"], owner, row[column])
    except Exception:  # whatever the seal answers
        return None


async def vault_of(privacy: Privacy, party_id: UUID) -> Vault:
    """With the person's keys in memory, as a process holds them that was at work before."""

    async def load(ctx: Context) -> Vault:
        await ctx.vault.load([party_id])
        return ctx.vault

    vault: Vault = await privacy.read(load)
    return vault


async def test_no_word_of_any_table_can_be_read_after_an_erasure_even_with_the_old_keys(privacy: Privacy) -> None:
    party_id, words = await planted(privacy)
    vault = await vault_of(privacy, party_id)
    before = await readable(privacy, party_id, vault)
    assert set(words) <= set(before.values()) | {"canary"}
    assert {table for table, of in personal_tables().items() if of.sealed} <= {each.split(".")[0] for each in before}
    await shred(privacy, party_id)
    assert await readable(privacy, party_id, vault) == {}


async def test_no_open_column_of_any_table_says_anything_after_an_erasure(privacy: Privacy) -> None:
    party_id, _ = await planted(privacy)
    await shred(privacy, party_id)
    left: dict[str, Any] = {}

    async def look(ctx: Context) -> None:
        for of in personal_tables().values():
            for row in await rows(ctx, of, party_id) if of.plain else ():
                left.update({f"{of.name}.{name}": row[name] for name in of.plain if row[name] is not None})

    await privacy.read(look)
    assert left == {}


async def test_no_version_of_any_record_keeps_a_ciphertext_after_an_erasure(privacy: Privacy) -> None:
    party_id, _ = await planted(privacy)

    async def ids(ctx: Context) -> list[UUID]:
        audited = [of for of in personal_tables().values() if of.audited]
        return [row["id"] for of in audited for row in await rows(ctx, of, party_id)]

    records = await privacy.read(ids)
    await shred(privacy, party_id)

    async def sealed(ctx: Context) -> Any:
        asked = text("SELECT DISTINCT table_name FROM record_version WHERE sealed IS NOT NULL AND record_id = ANY(:i)")
        return list(await ctx.session.scalars(asked, {"i": records}))

    assert await privacy.read(sealed) == []


async def test_the_log_verifies_after_an_erasure_over_every_table(privacy: Privacy) -> None:
    party_id, _ = await planted(privacy)
    await shred(privacy, party_id)
    report = await privacy.verified()
    assert report.sound, [finding.words() for finding in report.findings]


async def test_every_table_about_a_person_is_in_the_package_unless_the_law_withholds_it(privacy: Privacy) -> None:
    party_id, words = await planted(privacy)
    request = await privacy.requested(party_id, "access")
    handed = await privacy.run(privacy.bank.officer, rights.package_for, request, "en")
    with zipfile.ZipFile(io.BytesIO(handed.content)) as package:
        told = orjson.loads(package.read("package.json"))["records"]
    withheld = privacy.platform.policies.book(REQUESTS, RequestRules).versions[1].rules.withheld.tables
    tables = {name for name, of in personal_tables().items() if of.sealed} - withheld - _FILES - _NOT_OF_CUSTOMERS
    assert tables - told.keys() == set()
    said = str(told)
    assert len([word for word in words if word in said]) > len(tables) // 2


def test_every_table_about_a_person_has_a_title_in_the_package_or_is_withheld_everywhere(settings: Settings) -> None:
    books = Policies(settings.policies).book(REQUESTS, RequestRules).versions
    withheld = frozenset.intersection(*(version.rules.withheld.tables for version in books))
    assert personal_tables().keys() - TITLES.keys() - withheld - _FILES == set()


@pytest.mark.parametrize("name", sorted(TITLES))
def test_title_and_headings_of_a_table_are_read_in_chinese(name: str) -> None:
    of = personal_tables()[name]
    shown = [heading(column) for column in columns(of.table) if column not in of.binary]
    words = [TITLES[name], *(each for each in shown if each is not None)]
    assert [each for each in words if translate("zh_CN", each) == each] == []
