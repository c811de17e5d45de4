"""Daily versions of the SDN list: screening what changed is screening everything."""

import gzip
from itertools import pairwise
from pathlib import Path

import pytest

from backend.screening.lists import ofac_csv
from backend.screening.lists.difference import difference
from backend.screening.lists.entity import Entity, EntityKind
from backend.screening.matching.index import Index, build
from backend.screening.matching.rules import ScreeningRules
from backend.screening.matching.subject import Subject

DAYS = ("2024-04-04", "2024-04-12", "2024-04-15")


def alerts(index: Index, name: str, kind: EntityKind, rules: ScreeningRules) -> set[str]:
    return {match.entity.id for match in index.search(Subject((name,), kind), rules, limit=1000) if match.alert}


@pytest.mark.slow
@pytest.mark.parametrize(("first", "second"), list(pairwise(DAYS)))
def test_screening_the_daily_difference_equals_a_full_rescan(
    first: str, second: str, shared_data: Path, rules: ScreeningRules
) -> None:
    def day(day_: str) -> tuple[Entity, ...]:
        return ofac_csv.parse(gzip.decompress((shared_data / "lists" / f"ofac_sdn_{day_}.csv.gz").read_bytes()))

    before, after = day(first), day(second)
    found = difference(before, after)
    old, whole, fresh = build(before), build(after), build(found.to_screen)
    gone = {entity.id for entity in (*found.to_screen, *found.removed)}
    listed = [(name.text, entity.kind) for entity in found.to_screen for name in entity.names[:1]]
    ordinary = [(entity.names[0].text, entity.kind) for entity in after[::400]]
    assert found.to_screen
    for name, kind in listed + ordinary:
        kept = alerts(old, name, kind, rules) - gone
        assert kept | alerts(fresh, name, kind, rules) == alerts(whole, name, kind, rules)
