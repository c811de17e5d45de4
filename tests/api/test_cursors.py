"""A cursor carries its place for one institution and one list, and nothing made up is taken."""

from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.api.cursors import Cursors
from backend.api.errors import CursorInvalid

CURSORS = Cursors.derive(bytes(32))
TENANT, OTHER = UUID(int=1), UUID(int=2)


@settings(derandomize=True)
@given(st.text(st.characters(codec="utf-8"), max_size=80), st.sampled_from(["customers", "cases", ""]))
def test_a_cursor_opens_to_the_place_it_was_sealed_with(place: str, listed: str) -> None:
    assert CURSORS.open(TENANT, listed, CURSORS.seal(TENANT, listed, place)) == place


@settings(derandomize=True)
@given(st.integers(0, 10_000), st.integers(1, 63))
def test_a_cursor_with_one_changed_sign_is_refused(position: int, step: int) -> None:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    cursor = CURSORS.seal(TENANT, "customers", "2026-11-22|0190")
    place = position % (len(cursor) - 1)
    sign = alphabet[(alphabet.index(cursor[place]) + step) % 64]
    with pytest.raises(CursorInvalid):
        CURSORS.open(TENANT, "customers", cursor[:place] + sign + cursor[place + 1 :])


@pytest.mark.parametrize(("tenant", "listed"), [(OTHER, "customers"), (TENANT, "cases")])
def test_a_cursor_opens_nowhere_else(tenant: UUID, listed: str) -> None:
    with pytest.raises(CursorInvalid):
        CURSORS.open(tenant, listed, CURSORS.seal(TENANT, "customers", "x"))


def test_another_root_makes_other_cursors() -> None:
    other = Cursors.derive(bytes([1]) * 32)
    with pytest.raises(CursorInvalid):
        other.open(TENANT, "customers", CURSORS.seal(TENANT, "customers", "x"))
