"""What a change of the access policy would do to the institution's real people. Pure: people and policies in."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final
from uuid import UUID

from backend.access import duties
from backend.access.actions import RIGHTS, Right
from backend.access.policy import AccessPolicy
from backend.core.actor import ActorType
from backend.governance.access.difference import listed
from backend.governance.access.effective import Grant, gained, grants
from backend.governance.documents import Colleague, Document, Figure, Statement, Table, Words, words

_ROWS: Final = 2000
People = Mapping[UUID, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Directory:
    """Active colleagues and partner clients with the roles of this moment."""

    tenant_id: UUID
    staff: People
    clients: People

    @property
    def everybody(self) -> Sequence[tuple[UUID, frozenset[str], ActorType]]:
        staff: list[tuple[UUID, frozenset[str], ActorType]] = [(id_, held, "staff") for id_, held in self.staff.items()]
        return [*staff, *((id_, held, "partner") for id_, held in self.clients.items())]


@dataclass(frozen=True, slots=True)
class PersonChange:
    person: UUID
    roles: frozenset[str]
    gains: frozenset[Grant]
    loses: frozenset[Grant]


def document(before: AccessPolicy, after: AccessPolicy, directory: Directory) -> Document:
    changed = [change for change in changes(before, after, directory) if change.gains or change.loses]
    tables = (
        _people(words("Who loses what"), [(change, change.loses) for change in changed]),
        _people(words("Who gains what"), [(change, change.gains) for change in changed]),
        _approvers(before, after, directory),
        _roleless(before, after, directory),
        _incompatible(after, directory),
    )
    return Document(
        statements=tuple(_statements(changed, tables, directory)),
        tables=tuple(table for table in tables if table.rows),
        refusals=tuple(refusals(before, after, directory)),
    )


def changes(before: AccessPolicy, after: AccessPolicy, directory: Directory) -> Iterator[PersonChange]:
    """Of each person; people with the same roles are computed once."""
    known: dict[tuple[frozenset[str], str], tuple[frozenset[Grant], frozenset[Grant]]] = {}
    for person, held, kind in directory.everybody:
        if (held, kind) not in known:
            old, new = (grants(policy, held, kind, directory.tenant_id) for policy in (before, after))
            known[held, kind] = (gained(old, new), gained(new, old))
        yield PersonChange(person, held, *known[held, kind])


def refusals(before: AccessPolicy, after: AccessPolicy, directory: Directory) -> Iterator[Words]:
    lost = duties.lost(directory.tenant_id, (before, directory.staff), (after, directory.staff))
    for duty in lost:
        yield words("Nobody would be left who could {duty}.", duty=words(duty.words))


def _people(heading: Words, changed: Sequence[tuple[PersonChange, frozenset[Grant]]]) -> Table:
    """One row a person and right; the first rows are kept, all are counted."""
    rows = (
        (Colleague(change.person), _roles(change.roles), grant.words())
        for change, part in changed
        for grant in sorted(part, key=lambda each: (each.object, each.action, each.scope))
    )
    total = sum(len(part) for _, part in changed)
    return Table(heading, _PERSON_COLUMNS, tuple(islice(rows, _ROWS)), total)


def _approvers(before: AccessPolicy, after: AccessPolicy, directory: Directory) -> Table:
    """Rights that need a second person, where fewer than two people would be left and there were more."""
    rows = []
    for right in RIGHTS.values():
        if "not_maker" in right.requires:
            was, would = (_able(policy, right, directory) for policy in (before, after))
            if would < was and would < 2:  # noqa: PLR2004 - two make a pair of eyes for whatever one of them made
                rows.append((words(right.meaning), Figure(str(was)), Figure(str(would))))
    return Table(words("Rights of a second person that hardly anybody would be left with"), _APPROVER_COLUMNS, rows)


def _able(policy: AccessPolicy, right: Right, directory: Directory) -> int:
    sets = set(directory.staff.values())
    able = {
        held: any(
            (grant.object, grant.action) == (right.object, right.action)
            for grant in grants(policy, held, "staff", directory.tenant_id)
        )
        for held in sets
    }
    return sum(able[held] for held in directory.staff.values())


def _roleless(before: AccessPolicy, after: AccessPolicy, directory: Directory) -> Table:
    rows = [
        (Colleague(person), _roles(held))
        for person, held, _ in directory.everybody
        if held & before.roles.known.keys() and not held & after.roles.known.keys()
    ]
    return Table(words("People whose every role would be gone"), _ROLE_COLUMNS, rows)


def _incompatible(after: AccessPolicy, directory: Directory) -> Table:
    rows = [
        (Colleague(person), listed([conflict.role, conflict.other]), words(conflict.reason))
        for person, held, _ in directory.everybody
        for conflict in after.conflicts(held)
    ]
    columns = (words("Person"), words("Roles"), words("Why not together"))
    return Table(words("People who would hold roles that are kept apart"), columns, rows)


def _statements(changed: Sequence[PersonChange], tables: Sequence[Table], directory: Directory) -> Iterator[Statement]:
    everybody = len(directory.everybody)
    if not changed:
        yield Statement(
            words("Nothing changes for any of the {count} people and partner clients.", count=everybody), "ok"
        )
    else:
        counts = {
            "all": everybody,
            "gain": sum(1 for c in changed if c.gains),
            "lose": sum(1 for c in changed if c.loses),
        }
        text = "Of {all} people and partner clients {gain} gain something and {lose} lose something."
        yield Statement(words(text, **counts))
    _, _, approvers, roleless, apart = tables
    for table, text in (
        (approvers, "{count} rights of a second person would be left with one person or none."),
        (roleless, "{count} people would be left without any role."),
        (apart, "{count} pairs of roles that are kept apart would be in one hand; take one of them away first."),
    ):
        if table.rows:
            yield Statement(words(text, count=len(table.rows)), "bad" if table is not approvers else "warn")


def _roles(held: frozenset[str]) -> Words:
    return listed(sorted(held)) if held else words("no role")


_PERSON_COLUMNS: Final = (words("Person"), words("Roles"), words("Right"))
_APPROVER_COLUMNS: Final = (words("Right"), words("People now"), words("People then"))
_ROLE_COLUMNS: Final = (words("Person"), words("Roles"))
