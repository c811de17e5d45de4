"""What `tenure screening` prints: outcomes of loading and screening, differences, scores in parts."""

from datetime import datetime
from typing import Final

from rich.markup import escape
from rich.table import Table

from backend.cli.console import out, tell
from backend.screening.lists.difference import Difference
from backend.screening.lists.entity import Entity
from backend.screening.matching.comparisons import Outcome as Agreement
from backend.screening.models import ListVersion, ScreeningRun
from backend.screening.service import Hit, Loaded, Outcome

_SHOWN: Final = 12
_SAID: Final = {
    Outcome.IN_FORCE: "is in force",
    Outcome.NOTHING_NEW: "has nothing new",
    Outcome.WAITING: "waits: so much was removed that a person has to confirm it",
    Outcome.REFUSED: "was refused",
}


def tell_loaded(code: str, loaded: Loaded) -> None:
    version = loaded.version
    tell(f"{code} version {version.number} {_SAID[loaded.outcome]}.")
    if loaded.outcome in (Outcome.IN_FORCE, Outcome.WAITING):
        counts = f"{version.added:,} added, {version.changed:,} changed, {version.removed:,} removed"
        tell(f"{version.entries:,} entries: {counts}.")


def tell_screened(done: ScreeningRun) -> None:
    what = "everybody" if done.kind == "portfolio" else "the difference"
    tell(
        f"Screened {what}: {done.done:,} looked at; alerts: {done.opened:,} new, {done.reopened:,} reopened, "
        f"{done.suppressed:,} suppressed by earlier decisions, {done.obsolete:,} ended."
    )


def tell_difference(found: Difference) -> None:
    for title, entities in (("Added", found.added), ("Removed", found.removed)):
        _listed(title, [_called(one) for one in entities])
    changes = [
        f"{_called(one.after)}: {change.field} + {list(change.added)} - {list(change.removed)}"
        for one in found.changed
        for change in one.changes
    ]
    _listed("Changed", changes)


def _listed(title: str, lines: list[str]) -> None:
    tell(f"{title}: {len(lines):,}")
    for line in lines[:_SHOWN]:
        tell(f"  {line}")
    if len(lines) > _SHOWN:
        tell(f"  … and {len(lines) - _SHOWN:,} more")


def _called(entity: Entity) -> str:
    return f"{entity.id} {entity.names[0].text if entity.names else '(no name)'}"


def tell_hit(hit: Hit) -> None:
    """Each comparison that had something to compare, and what it counted in log-odds."""
    match = hit.match
    tell(f"{match.score:.0%} {hit.list.code} {_called(match.entity)}", "alert" if match.alert else "near")
    table = columns("Compared", "", "Counts")
    table.add_row("names", escape(f"{match.subject_name} — {match.entity_name}"), f"{match.base:+.1f}")
    for finding in (*match.name_findings, *match.evidence):
        if finding.outcome is not Agreement.ABSENT and finding.contribution:
            table.add_row(
                finding.comparison.replace("_", " "), escape(finding.explanation), f"{finding.contribution:+.1f}"
            )
    out.print(table)


def in_force(version: ListVersion | None) -> tuple[str, str, str]:
    if version is None:
        return "", "", ""
    published = "" if version.published_on is None else version.published_on.isoformat()
    return str(version.number), f"{version.entries:,}", published


def day(instant: datetime | None) -> str:
    return "never" if instant is None else f"{instant:%Y-%m-%d %H:%M}"


def columns(*headings: str) -> Table:
    table = Table()
    for heading in headings:
        table.add_column(heading, justify="right" if heading in ("Entries", "Added", "Changed", "Removed") else "left")
    return table
