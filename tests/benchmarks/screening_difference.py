"""All customers against one day's change of a list, and against the whole list anew.

Run: python -m tests.benchmarks.screening_difference [--customers 100000] [--days 2024-04-18 2024-04-19]

The change is that of the OFAC SDN list between two days of April 2024. The whole rescan is timed for a part of the
customers, drawn evenly, and scaled; both find the same alerts on that part (checked).
"""

import argparse
import gzip

from backend.screening.lists import ofac_csv
from backend.screening.lists.difference import difference
from backend.screening.lists.entity import Entity
from backend.screening.matching.index import build
from backend.screening.matching.watched import watch
from tests.benchmarks.ordinary_customers import MIXES, population
from tests.benchmarks.screening_lists import SHARED, rules
from tests.benchmarks.screening_speed import timed


def _day(day: str) -> tuple[Entity, ...]:
    return ofac_csv.parse(gzip.decompress((SHARED / "lists" / f"ofac_sdn_{day}.csv.gz").read_bytes()))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--customers", type=int, default=100_000)
    arguments.add_argument("--rescanned", type=int, default=2_000)
    arguments.add_argument("--days", nargs=2, default=("2024-04-18", "2024-04-19"))
    chosen = arguments.parse_args()
    shipped = rules()
    before, after = (_day(day) for day in chosen.days)
    found = difference(before, after)
    customers = {
        customer.number: customer.subject for customer in population(chosen.customers, MIXES["a European retail bank"])
    }
    watching, watched = timed(lambda: watch(customers))
    making, fresh = timed(lambda: build(found.to_screen))
    changed = {entity.key for entity in found.to_screen}
    scanning, alerts = timed(lambda: dict(watched.screened(fresh, shipped)))
    index = build(after)
    part = list(customers)[:: max(1, len(customers) // chosen.rescanned)]
    whole, everything = timed(lambda: {number: index.search(customers[number], shipped) for number in part})
    expected = {
        number
        for number, matches in everything.items()
        if any(match.alert and match.entity.key in changed for match in matches)
    }
    rescan = whole * len(customers) / len(part)
    print(
        f"{len(found.to_screen)} entries added or changed, {len(found.removed)} removed; {len(customers):,} customers"
    )
    print(f"keys of all customers, once: {watching:.1f} s; index of the difference: {making:.3f} s")
    print(f"touched {len(watched.touched_by(fresh)):,} customers, {len(alerts)} alert: {scanning:.2f} s")
    print(f"whole rescan {rescan:.0f} s (from {len(part):,}), {rescan / (scanning + making):.0f} × the difference")
    print(f"the same alerts on that part: {expected == alerts.keys() & set(part)}")


if __name__ == "__main__":
    main()
