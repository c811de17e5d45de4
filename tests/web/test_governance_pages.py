"""The pages on rules and colleagues, as a browser meets them."""

from collections.abc import Callable

import pytest

from backend.access.context import Context
from backend.access.models import Credential, RoleGrant, StaffUser, Tenant
from backend.access.tokens import hash_password
from backend.core.actor import system_actor
from backend.core.clock import FixedClock
from backend.edge.platform import Platform
from tests.web.conftest import PASSWORD, Browser

LINE = "p, relationship_manager, *, customer.national_id, view, clear@own_book, allow\n"
HASH = hash_password(PASSWORD)


@pytest.fixture
async def people(platform: Platform, tenant: Tenant, clock: FixedClock) -> dict[str, str]:
    """Ids by login."""
    ids: dict[str, str] = {}

    async def hire(ctx: Context, login: str, role: str) -> None:
        user = StaffUser(tenant_id=tenant.id, login=login, display_name=login.title())
        async with ctx.audit("role.appoint", ("staff_user", user.id)):
            ctx.session.add(user)
            await ctx.session.flush()
            ctx.session.add(Credential(tenant_id=tenant.id, user_id=user.id, password_hash=HASH, changed_at=ctx.now))
            ctx.session.add(
                RoleGrant(tenant_id=tenant.id, holder_id=user.id, role=role, granted_by=user.id, valid_from=ctx.now)
            )
        ids[login] = str(user.id)

    for login, role in (
        ("adam", "administrator"),
        ("helena", "head_of_compliance"),
        ("olga", "auditor"),
        ("david", "service_agent"),
    ):
        await platform.run(system_actor(tenant.id, "test"), lambda ctx, who=login, what=role: hire(ctx, who, what))
    return ids


async def signed_in(open_browser: Callable[[], Browser], login: str) -> Browser:
    browser = open_browser()
    await browser.sign_in(login)
    return browser


async def text_of(browser: Browser) -> str:
    import html
    import re

    response = await browser.get("/rules/access/access/edit")
    found = re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", response.text, re.DOTALL)
    assert found is not None
    return html.unescape(found.group(1))


async def drafted(browser: Browser) -> str:
    content = (await text_of(browser)).replace(LINE, "")
    sent = await browser.post("/rules/access/access/edit", {"content": content, "reason": "Less to see"})
    assert sent.status_code == 303, sent.text
    return str(sent.headers["location"])


async def test_rules_in_force_are_listed(open_browser: Callable[[], Browser], people: dict[str, str]) -> None:
    olga = await signed_in(open_browser, "olga")
    page = await olga.get("/rules")
    assert "/rules/access/access" in page.text
    assert "as delivered" in page.text


async def test_only_who_may_propose_is_offered_to(open_browser: Callable[[], Browser], people: dict[str, str]) -> None:
    olga, adam = await signed_in(open_browser, "olga"), await signed_in(open_browser, "adam")
    assert "/rules/access/access/edit" not in (await olga.get("/rules/access/access")).text
    assert "/rules/access/access/edit" in (await adam.get("/rules/access/access")).text


async def test_a_wrong_line_is_shown_with_its_number_and_what_was_typed_stays(
    open_browser: Callable[[], Browser], people: dict[str, str]
) -> None:
    adam = await signed_in(open_browser, "adam")
    content = (await text_of(adam)).replace(LINE, LINE + "p, king, *, customer, view, tenant, allow\n")
    line = content.splitlines().index("p, king, *, customer, view, tenant, allow") + 1
    given = {"content": content, "reason": "A crown", "check": "1"}
    page = await adam.post("/rules/access/access/edit", given)
    assert f"Line {line}" in page.text
    assert page.text.count("p, king") == 2
    assert 'value="A crown"' in page.text


async def test_lines_as_a_browser_sends_them_are_kept_as_files_have_them(
    open_browser: Callable[[], Browser], people: dict[str, str]
) -> None:
    adam = await signed_in(open_browser, "adam")
    content = (await text_of(adam)).replace("\n", "\r\n")
    page = await adam.post("/rules/access/access/edit", {"content": content, "reason": "Nothing"})
    assert page.status_code == 422
    assert "nothing to propose" in page.text


async def test_a_change_goes_its_way_over_the_pages(
    open_browser: Callable[[], Browser], people: dict[str, str]
) -> None:
    adam = await signed_in(open_browser, "adam")
    place = await drafted(adam)
    assert (await adam.post(f"{place}/simulate")).status_code == 303
    assert (await adam.post(f"{place}/submit")).status_code == 303
    own = await adam.get(place)
    assert f"{place}/approve" not in own.text
    assert "never the one who made the proposal" in own.text
    helena = await signed_in(open_browser, "helena")
    assert f'action="{place}/approve"' in (await helena.get(place)).text
    assert (await helena.post(f"{place}/approve", {"note": "Agreed"})).status_code == 303
    assert "In force since" in (await helena.get(place)).text


async def test_the_progress_of_a_simulation_ends_with_the_whole_page(
    open_browser: Callable[[], Browser], people: dict[str, str]
) -> None:
    adam = await signed_in(open_browser, "adam")
    place = await drafted(adam)
    await adam.post(f"{place}/simulate")
    part = await adam.get(f"{place}/simulation")
    assert part.headers["hx-refresh"] == "true"
    assert "<html" not in part.text


async def test_a_way_back_is_offered_once_there_is_one(
    open_browser: Callable[[], Browser], people: dict[str, str]
) -> None:
    adam, helena = await signed_in(open_browser, "adam"), await signed_in(open_browser, "helena")
    place = await drafted(adam)
    await adam.post(f"{place}/simulate")
    await adam.post(f"{place}/submit")
    await helena.get(place)
    await helena.post(f"{place}/approve")
    await adam.get("/rules/access/access")
    back = await adam.post("/rules/access/access/restore", {"reason": "It broke the counter"})
    assert back.status_code == 303
    assert "gains" in (await adam.get(back.headers["location"])).text


async def test_a_sensitive_role_is_proposed_by_one_and_approved_by_another(
    open_browser: Callable[[], Browser], people: dict[str, str]
) -> None:
    adam, helena = await signed_in(open_browser, "adam"), await signed_in(open_browser, "helena")
    david = f"/colleagues/{people['david']}"
    await adam.get(david)
    await adam.post(f"{david}/revoke", {"role": "service_agent"})
    sent = await adam.post(f"{david}/roles", {"role": "compliance_officer", "reason": "Takes over"})
    assert sent.status_code == 303
    waiting = await helena.get("/colleagues")
    place = next(word for word in waiting.text.split('"') if word.endswith("/approve"))
    assert (await helena.post(place)).status_code == 303
    assert "Compliance officer" in (await helena.get(david)).text


async def test_a_role_that_is_kept_apart_is_refused_in_words(
    open_browser: Callable[[], Browser], people: dict[str, str]
) -> None:
    adam = await signed_in(open_browser, "adam")
    david = f"/colleagues/{people['david']}"
    await adam.get(david)
    refused = await adam.post(f"{david}/roles", {"role": "compliance_officer", "reason": "Both"})
    assert refused.status_code == 403
    assert "Nobody may hold the roles" in refused.text


async def test_what_a_colleague_may_do_is_listed_and_the_rest_of_the_house_sees_no_such_page(
    open_browser: Callable[[], Browser], people: dict[str, str]
) -> None:
    olga, david = await signed_in(open_browser, "olga"), await signed_in(open_browser, "david")
    page = await olga.get(f"/colleagues/{people['david']}")
    assert "in the queues of the role" in page.text
    assert '/roles"' not in page.text
    assert (await david.get(f"/colleagues/{people['adam']}")).status_code == 404


async def test_a_colleague_who_is_locked_out_is_out_at_once(
    open_browser: Callable[[], Browser], people: dict[str, str]
) -> None:
    adam, david = await signed_in(open_browser, "adam"), await signed_in(open_browser, "david")
    place = f"/colleagues/{people['david']}"
    await adam.get(place)
    assert (await adam.post(f"{place}/deactivate")).status_code == 303
    assert (await david.get("/")).headers["location"].startswith("/sign-in")


async def test_where_reports_reach_a_colleague_is_said_on_their_page(
    open_browser: Callable[[], Browser], people: dict[str, str]
) -> None:
    adam = await signed_in(open_browser, "adam")
    place = f"/colleagues/{people['david']}"
    await adam.get(place)
    assert (await adam.post(f"{place}/email", {"workEmail": "nobody at home"})).status_code == 422
    assert (await adam.post(f"{place}/email", {"workEmail": "david@bank.example"})).status_code == 303
    assert 'value="david@bank.example"' in (await adam.get(place)).text
