"""Dates, numbers and money as each language writes them; what is absent is never zero."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from backend.web import formats

_NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(("locale", "words"), [("en", "Nov 22, 2026"), ("zh_CN", "2026年11月22日")])
def test_a_day_is_written_as_the_reader_writes_days(locale: str, words: str) -> None:
    assert formats.day(locale, date(2026, 11, 22)) == words


def test_an_absent_day_is_a_dash() -> None:
    assert formats.day("en", None) == "—"


@pytest.mark.parametrize(
    ("value", "words"),
    [("1988-05-17", "May 17, 1988"), ("1988-**-**", "1988-**-**"), ("Praha 1", "Praha 1"), (None, "—")],
)
def test_only_a_whole_day_among_personal_values_is_rewritten(value: str | None, words: str) -> None:
    assert formats.written("en", value) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [('"low"', "low"), ('"1988-05-17"', "May 17, 1988"), ("3", "3"), ("null", "—"), (None, "—")],
)
def test_a_logged_value_is_written_without_its_json(value: str | None, words: str) -> None:
    assert formats.recorded("en", value) == words


def test_a_logged_instant_is_a_time_in_the_readers_words() -> None:
    assert "Nov 22, 2026" in formats.recorded("en", '"2026-11-22T05:46:30.085674Z"')


def test_money_keeps_its_currency_and_its_digits() -> None:
    assert "1,250,000.25" in formats.money("en", {"amount": Decimal("1250000.25"), "currency": "CZK"})


def test_a_share_shows_at_most_two_decimals() -> None:
    assert [formats.share("en", value) for value in (Decimal("0.48"), Decimal("0.123456"), None)] == [
        "48%",
        "12.35%",
        "—",
    ]


def test_what_is_late_says_so_to_the_eye_and_the_exact_time_to_scripts() -> None:
    late = formats.due("en", _NOW - timedelta(hours=3), _NOW)
    assert 'class="late"' in late
    assert "3 hours ago" in late
    assert 'class="late"' not in formats.due("en", _NOW + timedelta(hours=3), _NOW)


def test_the_time_zone_is_named_for_readers_without_scripts() -> None:
    assert formats.instant("en", _NOW).endswith(" UTC</time>")


@pytest.mark.parametrize(("octets", "words"), [(72, "72 bytes"), (1500, "1.5 kB"), (2_400_000, "2.4 MB")])
def test_a_size_is_written_in_the_unit_a_person_would_use(octets: int, words: str) -> None:
    assert formats.size("en", octets) == words


@pytest.mark.parametrize(("name", "letters"), [("Jana Nováková", "JN"), ("王芳", "王芳"), ("Plato", "PL"), ("", "?")])
def test_initials_stand_for_names_in_every_script(name: str, letters: str) -> None:
    assert formats.initials(name) == letters


def test_the_choice_of_countries_holds_no_continents_and_no_unions() -> None:
    codes = {code for code, _ in formats.countries("en")}
    assert {"CZ", "CN", "GB"} <= codes
    assert not codes & {"EU", "UN", "ZZ", "001"}
