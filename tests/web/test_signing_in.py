"""Signing in, staying signed in, signing out, and what keeps others from doing it for you."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from backend.access.models import Tenant
from backend.core.clock import FixedClock
from backend.core.ids import new_id
from backend.core.settings import Settings
from backend.edge import csrf
from backend.edge.sessions import session_cookie
from backend.web.headers import SECURITY_HEADERS
from tests.factories.customers import Bank
from tests.web.conftest import ORIGIN, Browser


async def test_a_page_asks_a_stranger_to_sign_in_and_remembers_where_he_was_going(browser: Browser) -> None:
    response = await browser.get("/customers?stage=active")
    assert (response.status_code, response.headers["location"]) == (303, "/sign-in?next=/customers%3Fstage%3Dactive")


async def test_the_right_password_opens_the_first_page(bank: Bank, browser: Browser) -> None:
    signed_in = await browser.sign_in("manager")
    assert (signed_in.status_code, signed_in.headers["location"]) == (303, "/")
    assert (await browser.get("/")).status_code == 200


@pytest.mark.parametrize("login", ["manager", "nobody"])
async def test_a_wrong_password_and_an_unknown_login_get_the_same_words(
    bank: Bank, browser: Browser, login: str
) -> None:
    response = await browser.sign_in(login, "wrong password")
    assert response.status_code == 403
    assert "Institution, user name or password is wrong" in response.text


async def test_what_was_typed_survives_a_refused_sign_in_but_not_the_password(bank: Bank, browser: Browser) -> None:
    response = await browser.sign_in("manager", "wrong password")
    assert 'value="manager"' in response.text
    assert "wrong password" not in response.text


async def test_the_session_cookie_is_out_of_reach_of_scripts_and_of_other_sites(bank: Bank, browser: Browser) -> None:
    cookie = (await browser.sign_in("manager")).headers.get_list("set-cookie")[0].lower()
    assert cookie.startswith("tenure=")
    assert {"httponly", "path=/", "samesite=lax"} <= {part.strip() for part in cookie.split(";")}


def test_behind_https_the_cookie_is_bound_to_the_host() -> None:
    assert session_cookie(Settings(cookie_secure=True)) == "__Host-tenure"


async def test_signing_out_ends_the_session_itself_and_not_only_its_cookie(bank: Bank, browser: Browser) -> None:
    await browser.sign_in("manager")
    kept = browser.client.cookies["tenure"]
    await browser.post("/sign-out")
    browser.client.cookies.set("tenure", kept)
    assert (await browser.get("/")).status_code == 303


async def test_a_session_ends_after_its_hours(
    bank: Bank, browser: Browser, clock: FixedClock, settings: Settings
) -> None:
    await browser.sign_in("manager")
    clock.advance(timedelta(hours=settings.session_hours, seconds=1))
    assert (await browser.get("/")).status_code == 303


async def test_a_session_of_one_institution_is_none_in_another(bank: Bank, browser: Browser) -> None:
    await browser.sign_in("manager")
    _, _, secret = browser.client.cookies["tenure"].partition(".")
    browser.client.cookies.set("tenure", f"{new_id().hex}.{secret}")
    assert (await browser.get("/")).status_code == 303


@pytest.mark.parametrize("cookie", ["", "x", "not-hex.secret", "." * 10])
async def test_a_cookie_that_is_no_session_is_a_stranger(browser: Browser, cookie: str) -> None:
    browser.client.cookies.set("tenure", cookie)
    assert (await browser.get("/")).status_code == 303


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://bank.example.evil.example", "http://bank.example:81"]
)
async def test_a_form_from_another_origin_is_refused(bank: Bank, browser: Browser, origin: str) -> None:
    await browser.sign_in("manager")
    response = await browser.post("/sign-out", headers={"origin": origin})
    assert response.status_code == 403
    assert (await browser.get("/")).status_code == 200


async def test_a_form_without_the_token_of_its_session_is_refused(bank: Bank, browser: Browser) -> None:
    await browser.sign_in("manager")
    browser.token = csrf.form_token("another session")
    assert (await browser.post("/sign-out")).status_code == 403


async def test_nobody_can_be_signed_in_by_a_page_of_somebody_else(bank: Bank, browser: Browser, tenant: Tenant) -> None:
    form = {"institution": tenant.slug, "login": "manager", "password": "correct horse battery", "_token": "forged"}
    response = await browser.client.post("/sign-in", data=form, headers={"origin": ORIGIN})
    assert response.status_code == 403
    assert "tenure" not in response.cookies


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1"])
async def test_after_signing_in_nobody_is_sent_to_another_site(
    bank: Bank, browser: Browser, tenant: Tenant, target: str
) -> None:
    await browser.get("/sign-in")
    form = {"institution": tenant.slug, "login": "manager", "password": "correct horse battery", "next": target}
    location = (await browser.post("/sign-in", form)).headers["location"]
    assert location == "/"


async def test_the_chosen_language_stays_and_beats_what_the_browser_asks_for(browser: Browser) -> None:
    await browser.get("/sign-in")
    await browser.post("/language", {"locale": "zh_CN", "back": "/sign-in"})
    page = await browser.get("/sign-in", headers={"accept-language": "en"})
    assert "登录" in page.text
    assert 'lang="zh-CN"' in page.text


async def test_every_answer_carries_the_security_headers(browser: Browser) -> None:
    for path in ("/sign-in", "/", "/static/x/app.css", "/nowhere"):
        headers = (await browser.get(path)).headers
        assert {name: headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS


async def test_a_language_chosen_while_signed_in_is_the_colleagues_own_everywhere(
    bank: Bank, open_browser: Callable[[], Browser]
) -> None:
    here, elsewhere = open_browser(), open_browser()
    await here.sign_in("manager")
    await here.post("/language", {"locale": "zh_CN", "back": "/"})
    await elsewhere.sign_in("manager")
    assert '<html lang="zh' in (await elsewhere.get("/")).text


async def test_a_form_of_an_ended_session_is_told_and_leads_back_to_its_page(
    bank: Bank, browser: Browser, clock: FixedClock
) -> None:
    await browser.sign_in("manager")
    clock.advance(timedelta(days=2))
    sent = await browser.post("/tasks/new", {"title": "Call"}, headers={"referer": f"{ORIGIN}/tasks/new?party=1"})
    assert (sent.status_code, sent.headers["location"]) == (303, "/sign-in?next=/tasks/new%3Fparty%3D1")
    assert "Your session has ended" in (await browser.get(sent.headers["location"])).text


async def test_whoever_never_signed_in_is_told_of_no_session(browser: Browser) -> None:
    assert "Your session has ended" not in (await browser.get("/sign-in")).text
