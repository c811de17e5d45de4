"""Password, second factor, sessions and confirmation as a person meets them in the browser."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from sqlalchemy import text

from backend.access import passwords
from backend.access.actions import FOUR_EYES, RIGHTS
from backend.access.models import Tenant
from backend.access.scopes import Facts
from backend.access.sign_in_errors import StepUpNeeded
from backend.access.sign_in_rules import sign_in_rules
from backend.api.executor import Executor
from backend.core.actor import Actor, Proof
from backend.core.clock import FixedClock
from backend.core.ids import new_id
from backend.core.settings import Settings
from backend.edge import sessions
from backend.edge.platform import Platform
from backend.onboarding import service as onboarding
from backend.onboarding.dependants import CaseDependants
from tests.factories.customers import Bank, person
from tests.web.conftest import PASSWORD, Browser

NEW = "another horse battery"
_SECRET = re.compile(r'<p class="code">([A-Z2-7 ]+)</p>')
_CODES = re.compile(r"<li>([a-z2-7-]{19})</li>")


@dataclass
class Presented:
    headers: dict[str, str]
    cookies: dict[str, str]


class App:
    """The app on a person's device, in step with the clock of the test."""

    def __init__(self, secret: str, clock: FixedClock) -> None:
        self._totp, self._clock = pyotp.TOTP(secret), clock

    def code(self, **shift: float) -> str:
        return self._totp.at(self._clock() + timedelta(**shift))


async def set_up(browser: Browser, clock: FixedClock) -> tuple[App, list[str]]:
    """A second factor, and its recovery codes; half a minute later, so that a new code is due."""
    await browser.get("/profile")
    await browser.post("/profile/second-factor/begin")
    page = await browser.get("/profile/second-factor")
    found = _SECRET.search(page.text)
    assert found is not None
    app = App(found.group(1).replace(" ", ""), clock)
    codes = _CODES.findall((await browser.post("/profile/second-factor/enrol", {"code": app.code()})).text)
    clock.advance(timedelta(seconds=30))
    return app, codes


async def scalar(bank: Bank, query: str) -> Any:
    async with bank.platform.transaction(bank.system) as ctx:
        return await ctx.session.scalar(text(query))


async def count(bank: Bank, action: str) -> int:
    return int(await scalar(bank, f"SELECT count(*) FROM audit_entry WHERE action = '{action}'"))


async def test_a_second_factor_is_asked_for_after_the_password(bank: Bank, browser: Browser, clock: FixedClock) -> None:
    await browser.sign_in("manager")
    app, _ = await set_up(browser, clock)
    await browser.post("/sign-out")
    response = await browser.sign_in("manager")
    assert response.headers["location"].startswith("/sign-in/code")
    assert (await browser.get("/")).status_code == 303
    await browser.get("/sign-in/code?next=/customers")
    done = await browser.post("/sign-in/code", {"code": app.code(), "next": "/customers"})
    assert (done.status_code, done.headers["location"]) == (303, "/customers")
    assert (await browser.get("/")).status_code == 200


async def test_the_token_of_the_first_step_opens_nothing_and_is_not_that_of_the_session(
    bank: Bank, browser: Browser, clock: FixedClock
) -> None:
    """What somebody planted before sign-in, or saw in its first step, is worth nothing afterwards."""
    await browser.sign_in("manager")
    app, _ = await set_up(browser, clock)
    await browser.post("/sign-out")
    await browser.sign_in("manager")
    first = browser.client.cookies["tenure_pending"]
    browser.client.cookies.set("tenure", first)
    assert (await browser.get("/")).status_code == 303
    browser.client.cookies.delete("tenure")
    await browser.get("/sign-in/code")
    await browser.post("/sign-in/code", {"code": app.code()})
    assert browser.client.cookies["tenure"] != first
    browser.client.cookies.clear()
    browser.client.cookies.set("tenure", first)
    assert (await browser.get("/")).status_code == 303


async def _second_step(browser: Browser, code: str) -> int:
    """The status of the answer; 303 is in."""
    await browser.post("/sign-out")
    await browser.sign_in("manager")
    await browser.get("/sign-in/code")
    return (await browser.post("/sign-in/code", {"code": code})).status_code


async def test_a_code_is_taken_once(bank: Bank, browser: Browser, clock: FixedClock) -> None:
    await browser.sign_in("manager")
    app, _ = await set_up(browser, clock)
    code = app.code()
    assert await _second_step(browser, code) == 303
    await browser.get("/")
    assert await _second_step(browser, code) == 403


@pytest.mark.parametrize(("seconds", "status"), [(-30, 403), (0, 303), (30, 303), (60, 403), (-60, 403)])
async def test_a_code_is_good_one_step_around_now_and_not_before_the_last_one(
    bank: Bank, browser: Browser, clock: FixedClock, seconds: int, status: int
) -> None:
    """The step before now was used when the factor was set up."""
    await browser.sign_in("manager")
    app, _ = await set_up(browser, clock)
    assert await _second_step(browser, app.code(seconds=seconds)) == status


async def test_a_code_of_the_step_before_is_good_when_it_was_not_used(
    bank: Bank, browser: Browser, clock: FixedClock
) -> None:
    await browser.sign_in("manager")
    app, _ = await set_up(browser, clock)
    clock.advance(timedelta(seconds=30))
    assert await _second_step(browser, app.code(seconds=-30)) == 303


async def test_guessing_codes_is_slowed_down_also_for_the_right_one(
    bank: Bank, browser: Browser, clock: FixedClock
) -> None:
    await browser.sign_in("manager")
    app, _ = await set_up(browser, clock)
    await browser.post("/sign-out")
    await browser.sign_in("manager")
    await browser.get("/sign-in/code")
    for _ in range(5):
        assert (await browser.post("/sign-in/code", {"code": "000000"})).status_code == 403
    assert (await browser.post("/sign-in/code", {"code": app.code()})).status_code == 403
    clock.advance(timedelta(seconds=31))
    assert (await browser.post("/sign-in/code", {"code": app.code()})).status_code == 303
    assert await count(bank, "second_factor.refuse") == 6


async def test_a_recovery_code_replaces_the_app_once(bank: Bank, browser: Browser, clock: FixedClock) -> None:
    await browser.sign_in("manager")
    _, codes = await set_up(browser, clock)
    assert len(codes) == 10
    assert await _second_step(browser, codes[0].upper().replace("-", " ")) == 303
    await browser.get("/")
    assert await _second_step(browser, codes[0]) == 403
    assert await count(bank, "second_factor.recover") == 1


async def test_neither_secret_nor_recovery_code_is_stored_readably(
    bank: Bank, browser: Browser, clock: FixedClock
) -> None:
    await browser.sign_in("manager")
    await browser.get("/profile")
    await browser.post("/profile/second-factor/begin")
    found = _SECRET.search((await browser.get("/profile/second-factor")).text)
    assert found is not None
    secret = found.group(1).replace(" ", "")
    stored = bytes(await scalar(bank, "SELECT secret FROM second_factor"))
    assert secret.encode() not in stored
    codes = _CODES.findall(
        (await browser.post("/profile/second-factor/enrol", {"code": App(secret, clock).code()})).text
    )
    hashes = await scalar(bank, "SELECT string_agg(encode(code_hash, 'escape'), ' ') FROM recovery_code")
    assert not any(code in hashes or code.replace("-", "") in hashes for code in codes)


async def test_the_picture_of_the_key_needs_no_inline_style_or_script(
    bank: Bank, browser: Browser, clock: FixedClock
) -> None:
    await browser.sign_in("manager")
    await browser.get("/profile")
    await browser.post("/profile/second-factor/begin")
    page = (await browser.get("/profile/second-factor")).text
    assert 'class="qr"' in page
    assert not re.search(r"<svg[^>]*style=|<script>|data:image", page)


async def test_a_half_set_up_factor_locks_nobody_out(bank: Bank, browser: Browser) -> None:
    await browser.sign_in("manager")
    await browser.get("/profile")
    await browser.post("/profile/second-factor/begin")
    await browser.post("/sign-out")
    assert (await browser.sign_in("manager")).headers["location"] == "/"


async def test_who_takes_the_factor_away_shows_it_once_more(bank: Bank, browser: Browser, clock: FixedClock) -> None:
    await browser.sign_in("manager")
    app, _ = await set_up(browser, clock)
    await browser.get("/profile")
    assert (await browser.post("/profile/second-factor/remove", {"code": "000000"})).status_code == 403
    assert (await browser.post("/profile/second-factor/remove", {"code": app.code()})).status_code == 303
    await browser.post("/sign-out")
    assert (await browser.sign_in("manager")).headers["location"] == "/"


async def test_who_needs_a_factor_cannot_take_it_away(bank: Bank, browser: Browser, clock: FixedClock) -> None:
    await browser.sign_in("officer")
    app, _ = await set_up(browser, clock)
    await browser.get("/profile")
    assert (await browser.post("/profile/second-factor/remove", {"code": app.code()})).status_code == 409


async def test_a_changed_password_ends_every_other_session(bank: Bank, open_browser: Callable[[], Browser]) -> None:
    here, there = open_browser(), open_browser()
    await here.sign_in("manager")
    await there.sign_in("manager")
    await here.get("/profile")
    done = await here.post("/profile/password", {"current": PASSWORD, "password": NEW, "again": NEW})
    assert done.status_code == 303
    assert ((await here.get("/")).status_code, (await there.get("/")).status_code) == (200, 303)
    assert (await there.sign_in("manager", PASSWORD)).status_code == 403
    assert (await there.sign_in("manager", NEW)).status_code == 303


async def test_a_stolen_session_does_not_guess_the_password(bank: Bank, browser: Browser) -> None:
    await browser.sign_in("manager")
    await browser.get("/profile")
    for _ in range(5):
        wrong = {"current": "wrong password", "password": NEW, "again": NEW}
        assert (await browser.post("/profile/password", wrong)).status_code == 403
    right = {"current": PASSWORD, "password": NEW, "again": NEW}
    assert (await browser.post("/profile/password", right)).status_code == 403


@pytest.mark.parametrize(
    ("new", "again", "words"),
    [
        (NEW, "typed otherwise", "differ"),
        ("short", "short", "at least 12"),
        ("password123456", "password123456", "everybody tries first"),
        (PASSWORD, PASSWORD, "is the old one"),
    ],
)
async def test_a_weak_new_password_is_refused_in_words(
    bank: Bank, browser: Browser, new: str, again: str, words: str
) -> None:
    await browser.sign_in("manager")
    await browser.get("/profile")
    page = await browser.post("/profile/password", {"current": PASSWORD, "password": new, "again": again})
    assert page.status_code == 422
    assert words in page.text
    assert new not in page.text


async def test_sessions_are_shown_and_ended_one_by_one(bank: Bank, open_browser: Callable[[], Browser]) -> None:
    here, there = open_browser(), open_browser()
    there.client.headers["user-agent"] = "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0"
    await there.sign_in("manager")
    await here.sign_in("manager")
    page = await here.get("/profile")
    assert "Firefox · Windows" in page.text
    found = re.search(r"/profile/sessions/([0-9a-f-]{36})/end", page.text)
    assert found is not None
    await here.post(f"/profile/sessions/{found.group(1)}/end")
    assert ((await here.get("/")).status_code, (await there.get("/")).status_code) == (200, 303)


async def test_nobody_ends_the_session_of_somebody_else(bank: Bank, open_browser: Callable[[], Browser]) -> None:
    mine, theirs = open_browser(), open_browser()
    await theirs.sign_in("officer")
    await mine.sign_in("manager")
    await mine.get("/profile")
    session = await scalar(bank, f"SELECT id FROM sign_in WHERE user_id = '{bank.officer.id}'")
    assert (await mine.post(f"/profile/sessions/{session}/end")).status_code == 404
    assert (await theirs.get("/")).status_code == 200


async def test_all_others_are_ended_at_once(bank: Bank, open_browser: Callable[[], Browser]) -> None:
    here, there = open_browser(), open_browser()
    await there.sign_in("manager")
    await here.sign_in("manager")
    await here.get("/profile")
    await here.post("/profile/sessions/others/end")
    assert ((await here.get("/")).status_code, (await there.get("/")).status_code) == (200, 303)


async def test_a_session_that_is_not_used_ends_after_an_hour(bank: Bank, browser: Browser, clock: FixedClock) -> None:
    await browser.sign_in("manager")
    for _ in range(3):
        clock.advance(timedelta(minutes=50))
        assert (await browser.get("/")).status_code == 200
    clock.advance(timedelta(minutes=60))
    assert (await browser.get("/")).status_code == 303


async def test_a_temporary_password_opens_nothing_but_the_choice_of_a_new_one(
    bank: Bank, browser: Browser, clock: FixedClock
) -> None:
    temporary = await bank.run(bank.administrator, passwords.reset_password, bank.manager.id)
    await browser.sign_in("manager", temporary)
    for path in ("/", "/customers", "/emergency"):
        assert (await browser.get(path)).headers["location"] == "/profile"
    await browser.get("/profile")
    assert (await browser.post("/customers/new", {})).headers["location"] == "/profile"
    await browser.post("/profile/password", {"current": temporary, "password": NEW, "again": NEW})
    assert (await browser.get("/")).status_code == 200


async def test_a_temporary_password_is_good_for_a_day(bank: Bank, browser: Browser, clock: FixedClock) -> None:
    temporary = await bank.run(bank.administrator, passwords.reset_password, bank.manager.id)
    clock.advance(timedelta(hours=24))
    assert (await browser.sign_in("manager", temporary)).status_code == 403


@pytest.fixture
def demanding(platform: Platform) -> Platform:
    """A house that asks of roles what the rule-set asks."""
    object.__setattr__(platform, "settings", platform.settings.model_copy(update={"second_factor": "by_rule"}))
    return platform


async def test_who_needs_a_factor_sets_it_up_before_anything_else(
    demanding: Platform, bank: Bank, browser: Browser, clock: FixedClock
) -> None:
    await browser.sign_in("officer")
    assert (await browser.get("/customers")).headers["location"] == "/profile"
    await set_up(browser, clock)
    assert (await browser.get("/customers")).status_code == 200


async def test_who_needs_no_factor_is_not_asked(demanding: Platform, bank: Bank, browser: Browser) -> None:
    await browser.sign_in("manager")
    assert (await browser.get("/customers")).status_code == 200


def test_production_asks_and_development_leaves_it_open() -> None:
    assert Settings(environment="production").asks_second_factor
    assert not Settings(environment="development").asks_second_factor
    assert Settings(environment="development", second_factor="by_rule").asks_second_factor
    assert not Settings(environment="production", second_factor="optional").asks_second_factor


async def test_a_stale_confirmation_is_asked_for_and_the_act_goes_on_with_what_was_typed(
    bank: Bank, browser: Browser, clock: FixedClock
) -> None:
    case = await _reviewable(bank)
    await browser.sign_in("officer")
    clock.advance(timedelta(minutes=16))
    await browser.get(f"/cases/{case}")
    asked = await browser.post(f"/cases/{case}/start-review", {"idempotencyKey": "k1", "note": "kept & <safe>"})
    assert asked.status_code == 403
    assert "Confirm that it is you" in asked.text
    assert 'name="note" value="kept &amp; &lt;safe&gt;"' in asked.text
    assert await _state(bank, case) == "submitted"
    carried = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', asked.text))
    wrong = await browser.post(f"/cases/{case}/start-review", {**carried, "_confirm": "wrong password"})
    assert wrong.status_code == 403
    assert await _state(bank, case) == "submitted"
    done = await browser.post(f"/cases/{case}/start-review", {**carried, "_confirm": PASSWORD})
    assert (done.status_code, done.headers["location"]) == (303, f"/cases/{case}")
    assert await _state(bank, case) == "in_review"
    assert await count(bank, "session.confirm") == 1


async def test_a_file_cannot_wait_for_the_confirmation_so_its_form_is_opened_again(
    bank: Bank, browser: Browser, clock: FixedClock
) -> None:
    case = await _reviewable(bank)
    await browser.sign_in("officer")
    clock.advance(timedelta(minutes=16))
    await browser.get(f"/cases/{case}")
    sent = {"file": ("paper.pdf", b"%PDF-1.4", "application/pdf")}
    came_from = {"referer": f"https://elsewhere.example/cases/{case}"}
    asked = await browser.post(f"/cases/{case}/start-review", files=sent, headers=came_from)
    assert 'action="/confirm"' in asked.text
    assert f'name="next" value="/cases/{case}"' in asked.text
    assert "choose it again" in asked.text
    done = await browser.post("/confirm", {"next": f"/cases/{case}", "_confirm": PASSWORD})
    assert (done.status_code, done.headers["location"]) == (303, f"/cases/{case}")


async def test_a_fresh_sign_in_is_not_asked_again(bank: Bank, browser: Browser) -> None:
    case = await _reviewable(bank)
    await browser.sign_in("officer")
    await browser.get(f"/cases/{case}")
    assert (await browser.post(f"/cases/{case}/start-review")).status_code == 303


async def test_what_needs_no_second_person_is_not_asked(bank: Bank, browser: Browser, clock: FixedClock) -> None:
    await browser.sign_in("manager")
    clock.advance(timedelta(minutes=16))
    await browser.get("/profile")
    assert (await browser.get("/customers/new")).status_code == 200


async def test_who_has_a_factor_confirms_with_it_and_not_with_the_password(
    bank: Bank, browser: Browser, clock: FixedClock
) -> None:
    case = await _reviewable(bank)
    await browser.sign_in("officer")
    app, _ = await set_up(browser, clock)
    clock.advance(timedelta(minutes=16))
    await browser.get(f"/cases/{case}")
    path = f"/cases/{case}/start-review"
    assert (await browser.post(path, {"_confirm": PASSWORD})).status_code == 403
    assert (await browser.post(path, {"_confirm": app.code()})).status_code == 303


async def test_graphql_itself_asks_for_the_confirmation_and_says_so_in_its_type(
    bank: Bank, browser: Browser, clock: FixedClock, platform: Platform
) -> None:
    """The pages are one door only: whoever speaks to the schema directly meets the same rule."""
    case = await _reviewable(bank)
    await browser.sign_in("officer")
    clock.advance(timedelta(minutes=16))
    actor = await _actor(browser, platform)
    executor = Executor.open(platform, CaseDependants())
    problem = "... on NotAllowedProblem { code confirm { minutes } }"
    review = f'mutation {{ r: startReview(caseId: "{case}") {{ __typename {problem} }} }}'
    minutes = sign_in_rules(platform.policies, clock().date()).rules.step_up.minutes
    answer = await executor.run(actor, document=review)
    assert answer.data == {
        "r": {"__typename": "NotAllowedProblem", "code": "session.step_up", "confirm": {"minutes": minutes}}
    }
    confirm = "mutation($s: String!) { r: confirmIdentity(secret: $s) { __typename } }"
    wrong = await executor.run(actor, document=confirm, variables={"s": "wrong password"})
    right = await executor.run(actor, document=confirm, variables={"s": PASSWORD})
    assert [each.data["r"]["__typename"] for each in (wrong, right) if each.data] == ["NotAllowedProblem", "OwnAccess"]
    answer = await executor.run(await _actor(browser, platform), document=review)
    assert answer.data == {"r": {"__typename": "Case"}}


async def test_a_right_of_four_eyes_is_asked_for_in_every_service_that_requires_it(
    bank: Bank, platform: Platform
) -> None:
    """The check stands where rights are required, so no door and no service can forget it."""
    stale = replace(bank.officer, roles=frozenset({"head_of_compliance"}), proof=Proof(new_id()))
    facts = Facts(tenant_id=stale.tenant_id, maker_id=new_id(), subject_id=new_id(), deciders=frozenset())
    async with platform.transaction(stale) as ctx:
        held = [key for key, right in RIGHTS.items() if right.requires >= FOUR_EYES and ctx.may(key[1], key[0], facts)]
        for obj, action in held:
            with pytest.raises(StepUpNeeded):
                ctx.require(action, obj, facts)
    assert len(held) > 5


async def _actor(browser: Browser, platform: Platform) -> Actor:
    presented = Presented({}, dict(browser.client.cookies))
    return (await sessions.person_of(platform, presented, request_id="test", channel="graphql")).actor


async def _reviewable(bank: Bank) -> str:
    """A submitted case, whose review waits for somebody who did not make it."""
    party = await bank.customer(
        person(
            birth_date="1975-05-01",
            country="CZ",
            addresses=[{"kind": "home", "text": "Dlouhá 1, Praha", "country": "CZ"}],
            countries=[{"kind": "nationality", "country": "CZ"}],
        )
    )
    given = {"purpose": "new", "jurisdiction": "CZ", "products": ["basic_account"], "channel": "branch"}
    case = await bank.run(bank.manager, onboarding.open_case, party_id=party.id, **given)
    await bank.run(bank.manager, onboarding.submit, case.id)
    return str(case.id)


async def _state(bank: Bank, case: str) -> str:
    return str(await scalar(bank, f"SELECT state FROM onboarding_case WHERE id = '{case}'"))


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1"])
async def test_after_the_second_step_nobody_is_sent_to_another_site(
    bank: Bank, browser: Browser, clock: FixedClock, tenant: Tenant, target: str
) -> None:
    await browser.sign_in("manager")
    app, _ = await set_up(browser, clock)
    await browser.post("/sign-out")
    await browser.get("/sign-in")
    first = await browser.post(
        "/sign-in", {"institution": tenant.slug, "login": "manager", "password": PASSWORD, "next": target}
    )
    assert parse_qs(urlsplit(first.headers["location"]).query)["next"] == ["/"]
    await browser.get("/sign-in/code")
    assert (await browser.post("/sign-in/code", {"code": app.code(), "next": target})).headers["location"] == "/"


async def test_the_second_step_cannot_be_taken_by_a_page_of_somebody_else(
    bank: Bank, browser: Browser, clock: FixedClock
) -> None:
    await browser.sign_in("manager")
    app, _ = await set_up(browser, clock)
    await browser.post("/sign-out")
    await browser.sign_in("manager")
    browser.token = "forged"
    assert (await browser.post("/sign-in/code", {"code": app.code()})).status_code == 403
    await browser.get("/sign-in/code")
    evil = {"origin": "https://evil.example"}
    assert (await browser.post("/sign-in/code", {"code": app.code()}, headers=evil)).status_code == 403


async def test_a_form_token_of_before_the_sign_in_is_worth_nothing_after_it(bank: Bank, browser: Browser) -> None:
    await browser.get("/sign-in")
    before = browser.token
    await browser.sign_in("manager")
    browser.token = before
    assert (await browser.post("/profile/sessions/others/end")).status_code == 403
