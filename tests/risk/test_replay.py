"""Any rating of any date comes out the same again from what was recorded with it."""

import json
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from backend.access.context import Context
from backend.api.rule_texts import rulesets_of
from backend.core.clock import FixedClock
from backend.risk import queries, rulebook, service
from backend.risk.models import Cause
from risk_models.crr_book import RatingBook
from tests.factories import onboarding as make
from tests.factories.rating import ORDINARY, Offers, offering


async def _history(bank: make.Bank, clock: FixedClock) -> list:
    """Persons and organisations over three months, with an override in between."""
    people = [(await make.person(bank)).party_id for _ in range(3)]
    people.append((await make.organisation(bank, {people[0]: "0.6", people[1]: "0.4"})).party_id)
    for month, given in enumerate(({}, {"pep": "former"}, {"cash_share_bp": 4_500, "list_hit": "watch"})):
        with offering(Offers(everybody={**ORDINARY, **given})):
            await bank.run("system", service.rate, people, Cause.REQUEST)
            if month == 1:
                row = await bank.run(
                    "officer",
                    service.propose,
                    people[0],
                    level="high",
                    reason="new_information",
                    note="seen",
                    expires_on=clock().date() + timedelta(days=40),
                )
                await bank.run("officer2", service.approve, row.id)
        clock.advance(timedelta(days=30))
    return people


async def test_every_stored_rating_comes_out_the_same(bank: make.Bank, clock: FixedClock) -> None:
    await _history(bank, clock)
    found = await bank.run("system", service.replay, limit=100)
    assert (found.checked > 8, found.differences, found.last) == (True, [], None)


async def test_pages_of_any_size_check_the_same_ratings(bank: make.Bank, clock: FixedClock) -> None:
    await _history(bank, clock)
    whole = await bank.run("system", service.replay, limit=100)
    checked, after = 0, None
    while True:
        page = await bank.run("system", service.replay, after=after, limit=3)
        checked, after = checked + page.checked, page.last
        if after is None:
            break
    assert checked == whole.checked


async def test_a_rating_whose_columns_were_changed_is_named(bank: make.Bank, clock: FixedClock) -> None:
    (first, *_) = await _history(bank, clock)
    row = (await bank.run("system", queries.current, [first]))[first]
    await _as_owner(bank, f"UPDATE risk_rating SET level = 'low' WHERE id = '{row.id}'")
    found = await bank.run("system", service.replay, limit=100)
    assert [(each.rating_id, each.what) for each in found.differences] == [(row.id, ("level",))]


async def test_the_rule_set_is_found_by_its_hash_when_the_files_say_otherwise(
    bank: make.Bank, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _history(bank, clock)

    async def texts(ctx: Context) -> bool:
        row = (await queries.stored(ctx, None, None, 1))[0]
        monkeypatch.setattr(rulebook, "files", lambda _directory: RatingBook([], []))
        return (await rulebook.by_digest(ctx, row.digest)).digest == row.digest

    assert await bank.run("system", texts)


async def test_ratings_cannot_be_changed_by_the_application(bank: make.Bank, clock: FixedClock) -> None:
    (first, *_) = await _history(bank, clock)

    async def tamper(ctx: Context) -> None:
        await ctx.session.execute(text("UPDATE risk_rating SET level = 'low' WHERE party_id = :id"), {"id": first})

    with pytest.raises(DBAPIError, match="permission denied"):
        await bank.run("system", tamper)


async def test_the_record_holds_no_plain_personal_fact(bank: make.Bank, clock: FixedClock) -> None:
    (first, *_) = await _history(bank, clock)
    row = (await bank.run("system", queries.current, [first]))[first]
    assert json.dumps("age_years").encode() not in row.record


async def _as_owner(bank: make.Bank, statement: str) -> None:
    """As somebody with the database's own password would, past triggers and rights."""
    engine = create_async_engine(bank.platform.database.owner)
    async with engine.begin() as connection:
        await connection.execute(text("SET session_replication_role = replica"))
        await connection.execute(text(statement))
    await engine.dispose()


async def test_the_digest_of_a_rating_is_handed_out_as_the_list_of_its_texts(bank: make.Bank) -> None:
    person = await make.person(bank)
    with offering(Offers(everybody=ORDINARY)):
        await bank.run("system", service.rate, [person.party_id], Cause.REQUEST)
    rating = (await bank.run("system", queries.current, [person.party_id]))[person.party_id]
    source = rulesets_of(bank.platform.settings.policies)

    async def handed(ctx: Context) -> Mapping[str, bytes]:
        return await source(ctx.session, {rating.digest})

    texts = await bank.run("system", handed)
    assert {sha: sha256(content).hexdigest() for sha, content in texts.items()} == {sha: sha for sha in texts}
    rules, *tables = texts[rating.digest].decode().split("\n")
    assert texts.keys() == {rating.digest, rules, *(table.split()[1] for table in tables)}
    assert tables
