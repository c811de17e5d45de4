"""The demonstration's catalogue: told once, by the people whose part it is, to every state that a page should show."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text

from backend.access.context import Context
from backend.cli.console import operator
from backend.core.clock import FixedClock
from backend.core.database import Database
from backend.core.rulesets import Policies
from backend.core.settings import Settings
from backend.demo import cases, people, products
from backend.edge.governing import Governing
from backend.edge.platform import open_platform
from backend.products import queries
from backend.products.queries import ProductFilter
from tests.conftest import NOW, Engines, new_bank


@pytest.fixture(scope="module")
async def told(settings: Settings, database: Database, engines: Engines, policies: Policies) -> cases.Story:
    """Told once for all tests: they only read what it left."""
    opened = await open_platform(settings, clock=FixedClock(NOW), database=database)
    platform = replace(opened, engine=engines.app(database), policies=policies, governing=Governing(policies))
    by = operator(await new_bank(engines.owner(database), "catalogue"))
    await platform.run(by, people.hire)
    await platform.run(by, people.register_partner)
    story = await cases.begin(platform, by)
    await products.tell(story)
    return story


async def test_the_catalogue_shows_every_part_of_a_products_life(told: cases.Story) -> None:
    async def states(ctx: Context) -> dict[str, str]:
        return {row.code: row.state for row in await queries.products(ctx, ProductFilter(), limit=100)}

    found = await told.act("alena", states)
    assert {found["current_account"], found["equity_fund"], found["motor"]} == {"on_sale"}
    assert (found["gold"], found["health"], found["autocall_note"]) == ("under_review", "testing", "approval")
    assert (found["home_classic"], found["green_deposit"]) == ("run_off", "concept")


async def test_what_the_bank_sold_before_is_sold_since_then(told: cases.Story) -> None:
    then = await told.act("alena", lambda ctx: queries.effective(ctx, date(1995, 6, 1)))
    assert {"current_account", "junior", "classic", "gold", "consumer_loan"} <= set(then.by_code)
    assert then.by_code["classic"].on_sale


async def test_telling_it_again_adds_nothing(told: cases.Story) -> None:
    async def rows(ctx: Context) -> int:
        return int((await ctx.session.execute(text("SELECT count(*) FROM product_move"))).scalar_one())

    before = await told.act("alena", rows)
    await products.tell(told)
    assert await told.act("alena", rows) == before > 0
