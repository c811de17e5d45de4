"""The demonstration's catalogue: told once, by the people whose part it is, to every state that a page should show."""

from datetime import date

from sqlalchemy import text

from backend.access.context import Context
from backend.access.models import Tenant
from backend.cli.console import operator
from backend.demo import cases, people, products
from backend.edge.platform import Platform
from backend.products import queries
from backend.products.queries import ProductFilter


async def _told(platform: Platform, tenant: Tenant) -> cases.Story:
    by = operator(tenant)
    await platform.run(by, people.hire)
    await platform.run(by, people.register_partner)
    story = await cases.begin(platform, by)
    await products.tell(story)
    return story


async def test_the_catalogue_shows_every_part_of_a_products_life(platform: Platform, tenant: Tenant) -> None:
    story = await _told(platform, tenant)

    async def states(ctx: Context) -> dict[str, str]:
        return {row.code: row.state for row in await queries.products(ctx, ProductFilter(), limit=100)}

    found = await story.act("alena", states)
    assert {found["current_account"], found["equity_fund"], found["motor"]} == {"on_sale"}
    assert (found["gold"], found["health"], found["autocall_note"]) == ("under_review", "testing", "approval")
    assert (found["home_classic"], found["green_deposit"]) == ("run_off", "concept")


async def test_what_the_bank_sold_before_is_sold_since_then(platform: Platform, tenant: Tenant) -> None:
    story = await _told(platform, tenant)
    then = await story.act("alena", lambda ctx: queries.effective(ctx, date(1995, 6, 1)))
    assert {"current_account", "junior", "classic", "gold", "consumer_loan"} <= set(then.by_code)
    assert then.by_code["classic"].on_sale


async def test_telling_it_again_adds_nothing(platform: Platform, tenant: Tenant) -> None:
    story = await _told(platform, tenant)

    async def rows(ctx: Context) -> int:
        return int((await ctx.session.execute(text("SELECT count(*) FROM product_move"))).scalar_one())

    before = await story.act("alena", rows)
    await products.tell(story)
    assert await story.act("alena", rows) == before > 0
