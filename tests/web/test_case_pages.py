"""An onboarding case in the browser, from start to decision, by the people who may."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from backend.core.clock import FixedClock
from backend.customers.models import Party
from tests.factories.customers import Bank, person
from tests.web.conftest import Browser

_PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
_CASE = {"jurisdiction": "CZ", "channel": "branch", "products": ["basic_account"]}


@pytest.fixture
async def party(bank: Bank) -> Party:
    return await bank.customer(
        person(
            "Jan Novák",
            birth_date="1975-05-01",
            country="CZ",
            occupation="teacher",
            addresses=[{"kind": "home", "text": "Dlouhá 1, Praha", "country": "CZ"}],
            countries=[{"kind": "nationality", "country": "CZ"}],
        )
    )


@pytest.fixture
async def manager(party: Party, open_browser: Callable[[], Browser]) -> Browser:
    opened = open_browser()
    await opened.sign_in("manager")
    return opened


@pytest.fixture
async def officer(party: Party, open_browser: Callable[[], Browser]) -> Browser:
    opened = open_browser()
    await opened.sign_in("officer")
    return opened


@pytest.fixture
async def case(manager: Browser, party: Party) -> str:
    """The path of a case that was submitted."""
    opened = await manager.post(f"/customers/{party.id}/cases", _CASE)
    path = str(opened.headers["location"])
    assert (await manager.post(f"{path}/submit")).status_code == 303
    return path


async def _document(manager: Browser, party: Party, case: str) -> str:
    """Uploads a passport; the path of the document."""
    form = {
        "partyId": str(party.id),
        "caseId": case.rsplit("/", 1)[-1],
        "back": case,
        "type": "passport",
        "number": "40123456",
        "expiresOn": "2031-01-01",
    }
    sent = await manager.post("/documents", form, files={"file": ("pas č. 1.pdf", _PDF, "application/pdf")})
    assert sent.status_code == 303, sent.text
    found = re.search(r"/documents/[0-9a-f-]{36}", (await manager.get(case)).text)
    assert found is not None
    return found.group()


async def test_a_submitted_case_says_what_it_needs_and_by_which_rule(manager: Browser, case: str) -> None:
    page = (await manager.get(case)).text
    assert "Submitted" in page
    assert "Identity document" in page
    assert re.search(r"Rule <span class=\"code\">[a-z_]+", page)


async def test_the_document_comes_out_as_it_went_in_and_cannot_act_in_our_name(
    manager: Browser, party: Party, case: str
) -> None:
    answer = await manager.get(await _document(manager, party, case))
    assert answer.content == _PDF
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["content-disposition"] == "inline; filename*=UTF-8''pas%20%C4%8D.%201.pdf"


async def test_a_file_of_a_wrong_kind_is_refused_with_what_was_typed(manager: Browser, party: Party, case: str) -> None:
    form = {"partyId": str(party.id), "caseId": case.rsplit("/", 1)[-1], "type": "passport", "issuer": "MV ČR"}
    form["expiresOn"] = "2031-01-01"
    sent = await manager.post("/documents", form, files={"file": ("x.exe", b"MZ" + b"\0" * 64, "application/pdf")})
    assert sent.status_code == 422
    assert 'value="MV ČR"' in sent.text


async def test_a_file_that_is_too_large_is_refused_before_it_is_read(manager: Browser) -> None:
    headers = {"content-length": str(10**9)}
    assert (await manager.post("/documents", {"x": "y"}, headers=headers)).status_code == 422


async def test_a_stranger_cannot_open_a_document(
    manager: Browser, party: Party, case: str, open_browser: Callable[[], Browser]
) -> None:
    path = await _document(manager, party, case)
    stranger = open_browser()
    await stranger.sign_in("stranger")
    assert (await stranger.get(path)).status_code in {403, 404}


async def test_a_document_is_verified_by_another_than_brought_it(
    manager: Browser, officer: Browser, party: Party, case: str
) -> None:
    path = await _document(manager, party, case)
    verify = f"{case}{path}"
    own = await manager.post(verify, {"verdict": "accept"})
    assert own.status_code == 403
    assert (await officer.post(verify, {"verdict": "accept"})).status_code == 303
    assert "The document was accepted." in (await officer.get(case)).text


async def test_a_better_copy_is_asked_for_with_a_reason(
    manager: Browser, officer: Browser, party: Party, case: str
) -> None:
    path = await _document(manager, party, case)
    await officer.post(f"{case}{path}", {"verdict": "revision", "revisionReason": "blurred"})
    assert "The copy is blurred or too dark" in (await manager.get(case)).text


async def test_who_may_not_decide_is_told_why_and_gets_no_form(manager: Browser, officer: Browser, case: str) -> None:
    await officer.post(f"{case}/start-review")
    page = (await manager.get(case)).text
    assert "/propose-decision" not in page
    refused = await manager.post(f"{case}/propose-decision", {"decision": "REJECT"})
    assert refused.status_code in {403, 422}


async def test_a_refused_proposal_keeps_its_form_open_and_filled(officer: Browser, case: str) -> None:
    await officer.post(f"{case}/start-review")
    refused = await officer.post(f"{case}/propose-decision", {"decision": "REJECT"})
    assert refused.status_code == 422
    assert re.search(r'value="REJECT" required checked', refused.text)
    assert "gives at least one reason" in refused.text


async def test_a_case_is_rejected_with_a_reason_and_says_so(officer: Browser, case: str) -> None:
    await officer.post(f"{case}/start-review")
    page = (await officer.get(case)).text
    reason = re.search(r'name="reasons:REJECT" value="([a-z_]+)"', page)
    assert reason is not None
    proposed = await officer.post(
        f"{case}/propose-decision", {"decision": "REJECT", "reasons:REJECT": [reason.group(1)]}
    )
    assert proposed.status_code == 303
    assert re.search(r"(Rejected|Pending approval)", (await officer.get(case)).text)


async def test_asking_for_information_shows_the_question_to_the_manager(
    manager: Browser, officer: Browser, case: str
) -> None:
    await officer.post(f"{case}/start-review")
    asked = await officer.post(
        f"{case}/request-information",
        {"requirements": ["identity_document"], "message": "Please send the passport.", "dueOn": "2026-12-20"},
    )
    assert asked.status_code == 303, asked.text
    page = (await manager.get(case)).text
    assert "Please send the passport." in page
    assert "Awaiting information" in page


async def test_what_is_late_is_marked_on_the_first_page(manager: Browser, party: Party, clock: FixedClock) -> None:
    await manager.post(f"/customers/{party.id}/cases", _CASE)
    assert 'class="late"' not in (await manager.get("/")).text
    clock.advance(timedelta(days=90))
    await manager.sign_in("manager")
    assert 'class="late"' in (await manager.get("/")).text


async def test_a_verb_that_nobody_knows_changes_nothing(manager: Browser, case: str) -> None:
    assert "Submitted" in (await manager.post(f"{case}/abracadabra")).text


@pytest.mark.parametrize("language", ["en", "zh_CN"])
async def test_the_case_reads_in_both_languages(officer: Browser, case: str, language: str) -> None:
    officer.client.cookies.set("tenure_language", language)
    page = await officer.get(case)
    assert page.status_code == 200
    assert ("本案件所需" in page.text) is (language == "zh_CN")
