"""Encrypted names are found from the page: by whole words, initials, Chinese characters and pinyin."""

import pytest

from tests.factories.customers import Bank, person
from tests.web.conftest import Browser


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Jean-Pierre Škvorecký", "skvorecky"),
        ("Jean-Pierre Škvorecký", "j skvorecky"),
        ("Jean-Pierre Škvorecký", "jeanpierre"),
        ("王小明", "王小明"),
        ("王小明", "小明"),
        ("王小明", "wang xiaoming"),
        ("王小明", "xiao"),
    ],
)
async def test_an_encrypted_name_is_found_from_the_page(bank: Bank, browser: Browser, name: str, typed: str) -> None:
    party = await bank.customer(person(name))
    await browser.sign_in("manager")
    assert f"/customers/{party.id}" in (await browser.get("/search", params={"q": typed})).text


@pytest.mark.parametrize("typed", ["skvor", "vorecky", "王明", "xiaom"])
async def test_a_part_of_a_word_finds_nobody(bank: Bank, browser: Browser, typed: str) -> None:
    """Tags of parts would spell the names out to whoever reads them."""
    parties = [await bank.customer(person(name)) for name in ("Jean-Pierre Škvorecký", "王小明")]
    await browser.sign_in("manager")
    page = (await browser.get("/search", params={"q": typed})).text
    assert not any(f"/customers/{party.id}" in page for party in parties)
