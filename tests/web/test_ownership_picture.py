"""The picture of an ownership structure: everybody once, owners above what they hold, cycles drawn and not followed."""

from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from backend.web.ownership_picture import HEIGHT, WIDTH, Picture, picture

_SPACE = UUID(int=7)


def _id(name: str) -> UUID:
    return uuid5(_SPACE, name)


def _drawn(stakes: list[tuple[str, str, str | None]], owners: list[str] | None = None) -> Picture | None:
    """`stakes` are (owner, owned, fraction); what is owned by others than the subject comes in through paths."""
    subject = {"id": _id("firm"), "name": {"value": "firm"}}
    rows = [
        {
            "ownerId": _id(owner),
            "ownerName": owner,
            "ownedId": _id(owned),
            "ownedName": owned,
            "fraction": None if fraction is None else Decimal(fraction),
            "validTo": None,
        }
        for owner, owned, fraction in stakes
    ]
    paths = [
        {
            "steps": [
                {"partyId": row["ownerId"], "name": row["ownerName"], "fraction": row["fraction"]},
                {"partyId": row["ownedId"], "name": row["ownedName"], "fraction": None},
            ]
        }
        for row in rows
    ]
    found: list[dict[str, Any]] = [
        {"partyId": _id(name), "name": name, "interest": Decimal("0.5"), "paths": paths} for name in owners or ["a"]
    ]
    return picture(subject, {"owners": found}, rows)


def _y(drawn: Picture, name: str) -> int:
    return next(box.y for box in drawn.boxes if box.party_id == _id(name))


def test_without_known_stakes_there_is_no_picture() -> None:
    assert picture({"id": _id("firm"), "name": {"value": "firm"}}, {"owners": []}, []) is None


def test_an_owner_stands_above_all_it_holds() -> None:
    drawn = _drawn([("a", "holding", "0.8"), ("holding", "firm", "0.6"), ("a", "firm", "0.1")])
    assert drawn is not None
    assert _y(drawn, "a") < _y(drawn, "holding") < _y(drawn, "firm")


def test_a_line_that_passes_a_row_goes_round_it() -> None:
    drawn = _drawn([("a", "holding", "0.8"), ("holding", "firm", "0.6"), ("a", "firm", None)])
    assert drawn is not None
    right = max(box.x + WIDTH for box in drawn.boxes)
    assert [line.x > right for line in drawn.lines if line.control] == [True]


def test_beneficial_owners_and_the_organisation_are_told_apart() -> None:
    drawn = _drawn([("a", "firm", "0.6"), ("b", "firm", "0.1")])
    assert drawn is not None
    assert {(box.name, box.beneficial, box.subject) for box in drawn.boxes} == {
        ("a", True, False),
        ("b", False, False),
        ("firm", False, True),
    }


_NAMES = st.sampled_from(["firm", "a", "b", "c", "d", "e"])
_STAKES = st.lists(st.tuples(_NAMES, _NAMES, st.sampled_from(["0.1", "0.5", None])), max_size=12)


@given(_STAKES)
def test_whatever_the_holdings_are_boxes_do_not_overlap_and_stay_inside(
    stakes: list[tuple[str, str, str | None]],
) -> None:
    drawn = _drawn(stakes)
    if drawn is None:
        return
    places = sorted((box.y, box.x) for box in drawn.boxes)
    assert len({box.party_id for box in drawn.boxes}) == len(places)
    for (y1, x1), (y2, x2) in pairwise(places):
        assert y1 + HEIGHT <= y2 or (y1 == y2 and x1 + WIDTH <= x2)
    assert all(0 <= x <= drawn.width - WIDTH and 0 <= y <= drawn.height - HEIGHT for y, x in places)
