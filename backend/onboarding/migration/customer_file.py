"""A file of persons, organisations and who owns whom: the columns are documented in docs/customer-file.md.

One row a record; `record` says which. An identifier that breaks its public rule makes its row a problem; one without
a rule is taken as it is.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Final
from uuid import UUID

from backend.core.errors import TenureError
from backend.customers import contacts, ownership
from backend.customers.countries import is_country
from backend.customers.identifiers import TYPES, Verdict, check
from backend.customers.languages import TAGS
from backend.customers.models import StakeKind
from backend.customers.names import script_of
from backend.customers.rulesets import OwnershipRules
from backend.onboarding.migration.migrant import Identifier, Migrant, Name, Stake
from backend.onboarding.migration.problems import Problem, RowProblem
from backend.onboarding.migration.rows import Report, Row
from backend.onboarding.migration.sheets import read_sheet

REQUIRED: Final = ("record", "ref")
_KINDS: Final = {"person": "person", "organisation": "organisation"}
_STAKES: Final = frozenset({"shares", "votes", "control"})
_GENDERS: Final = {"": None, "F": "female", "M": "male", "X": "other"}
_ROLES: Final = {"": None, "owner": "owner", "disponent": "disponent"}
_LANGUAGES: Final = {"": None, **TAGS}
_PER_CENT: Final = Decimal(100)


@dataclass(slots=True)
class CustomerFile:
    source_hash: str
    migrants: dict[str, Migrant] = field(default_factory=dict)
    stakes: list[Stake] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_customers(path: Path, jurisdiction: str) -> CustomerFile:
    """`jurisdiction` is the country of phone numbers written without a country code.

    Raises FileUnreadable or ColumnsMissing for a file that cannot be used at all.
    """
    report = Report()
    rows = list(read_sheet(path, REQUIRED, report))
    result = CustomerFile(hashlib.sha256(path.read_bytes()).hexdigest(), problems=report.problems)
    parties = [(line, row) for line, row in rows if row.values["record"].strip() != "ownership"]
    numbers: dict[str, str] = {}
    result.migrants = report.keyed(path.name, parties, lambda row: _numbered(_migrant(row, jurisdiction), numbers))
    owners = [(line, row) for line, row in rows if row.values["record"].strip() == "ownership"]
    result.stakes = list(report.take(path.name, owners, lambda row: _stake(row, result.migrants)))
    return result


def with_ownership(file: CustomerFile, rules: OwnershipRules, jurisdiction: str) -> list[Migrant]:
    """The migrants in order; each organisation knows how much of it is explained and how many stand behind it."""
    ids = {migrant.ref: UUID(int=number) for number, migrant in enumerate(file.migrants.values(), start=1)}
    persons = [ids[migrant.ref] for migrant in file.migrants.values() if migrant.kind == "person"]
    stakes = [
        ownership.Stake(ids[stake.owner], ids[stake.owned], StakeKind(stake.kind), stake.fraction)
        for stake in file.stakes
    ]
    of = defaultdict(list)
    for stake in stakes:
        of[stake.owned_id].append(stake)
    return [
        _explained(migrant, ownership.Graph.build(target, persons, _above(target, of)), rules, jurisdiction)
        for migrant, target in zip(file.migrants.values(), ids.values(), strict=True)
    ]


def _above(target: UUID, of: Mapping[UUID, list[ownership.Stake]]) -> list[ownership.Stake]:
    """The stakes in the organisation and in all that own it, through every layer."""
    found, reached, waiting = [], {target}, [target]
    while waiting:
        for stake in of.get(waiting.pop(), ()):
            found.append(stake)
            if stake.owner_id not in reached:
                reached.add(stake.owner_id)
                waiting.append(stake.owner_id)
    return found


def _explained(migrant: Migrant, graph: ownership.Graph, rules: OwnershipRules, jurisdiction: str) -> Migrant:
    if migrant.kind == "person":
        return migrant
    found = ownership.beneficial_owners(graph, rules, jurisdiction)
    explained = int((1 - found.unexplained) * 100)
    return replace(
        migrant, owners_explained=explained, owners_above_threshold=0 if found.fallback else len(found.owners)
    )


def ref(key: str) -> str:
    return f"file:{key}"


def _migrant(row: Row, jurisdiction: str) -> tuple[str, Migrant]:
    key = row.text("ref")
    kind = row.code("record", _KINDS)
    identifiers = tuple(_identifier(column, row) for column in row.values if column in TYPES and row.optional(column))
    return key, Migrant(
        ref=ref(key),
        number=row.optional("number") or key,
        kind=kind,
        names=_names(row, kind),
        birth_date=row.iso_date("birth_date") if kind == "person" else None,
        gender=row.code("gender", _GENDERS) if kind == "person" and "gender" in row.values else None,
        identifiers=identifiers,
        country=_country(row, "country"),
        region=row.optional("region"),
        nationalities=_countries(row, "nationality"),
        tax_residencies=_tax(row),
        address=_address(row),
        email=_contact(row, "email", contacts.email),
        phone=_contact(row, "phone", lambda value, name: contacts.phone(value, jurisdiction, name)),
        occupation=row.optional("occupation"),
        industry=row.optional("industry"),
        legal_form=row.optional("legal_form"),
        founded_on=row.iso_date("founded_on"),
        language=row.code("language", _LANGUAGES) if "language" in row.values else None,
        products=frozenset(row.several("products")),
        holder_role=row.code("role", _ROLES) if "role" in row.values else None,
        line=row.line,
    )


def _numbered(made: tuple[str, Migrant], taken: dict[str, str]) -> tuple[str, Migrant]:
    """A customer number is given once; where a row has none, its key is the number. `taken` is by number."""
    key, migrant = made
    if taken.setdefault(migrant.number, key) != key:
        raise RowProblem("repeated", "number")
    return made


def _names(row: Row, kind: str) -> tuple[Name, ...]:
    given, family = row.optional("given_name"), row.optional("family_name")
    full = row.optional("name") or " ".join(part for part in (given, family) if part)
    if not full:
        raise RowProblem("missing", "name")
    legal = Name("legal", script_of(full), full, *((given, family) if kind == "person" else (None, None)))
    others = tuple(Name("alias", script_of(other), other) for other in row.several("other_names"))
    return (legal, *others)


def _identifier(column: str, row: Row) -> Identifier:
    type_ = TYPES[column]
    checked = check(type_, row.text(column))
    if checked.verdict is Verdict.INVALID:
        raise RowProblem("not_valid", column)
    named = _country(row, f"{column}_country") or _country(row, "country")
    country = type_.country or (None if type_.worldwide else named)
    return Identifier(
        type=column,
        value=checked.normal,
        verdict=checked.verdict.value,
        country=country,
        expires_on=row.iso_date(f"{column}_expires") if f"{column}_expires" in row.values else None,
    )


def _country(row: Row, column: str) -> str | None:
    code = row.optional(column)
    if code is not None and not is_country(code):
        raise RowProblem("unknown_code", column)
    return code


def _address(row: Row) -> str | None:
    """Of the row's country, so one without a country is no address."""
    if row.optional("address") is not None and row.optional("country") is None:
        raise RowProblem("missing", "country")
    return row.optional("address")


def _countries(row: Row, column: str) -> tuple[str, ...]:
    codes = row.several(column)
    if not all(map(is_country, codes)):
        raise RowProblem("unknown_code", column)
    return tuple(dict.fromkeys(codes))


def _tax(row: Row) -> tuple[tuple[str, str | None], ...]:
    """Countries and, in the same order, the tax numbers that go with them."""
    countries, numbers = _countries(row, "tax_residency"), row.several("tax_number")
    if len(numbers) > len(countries):
        raise RowProblem("out_of_range", "tax_number")
    return tuple(zip(countries, (*numbers, *[None] * (len(countries) - len(numbers))), strict=True))


def _contact(row: Row, column: str, normal: Callable[[str, str], str]) -> str | None:
    value = row.optional(column)
    try:
        return None if value is None else normal(value, column)
    except TenureError:
        raise RowProblem("not_valid", column) from None


def _stake(row: Row, migrants: dict[str, Migrant]) -> Stake:
    owner, owned = row.text("ref"), row.text("owned_ref")
    for column, key in (("ref", owner), ("owned_ref", owned)):
        if key not in migrants:
            raise RowProblem("unknown_reference", column)
    if migrants[owned].kind != "organisation" or owner == owned:
        raise RowProblem("unknown_reference", "owned_ref")
    kind = row.optional("stake") or "shares"
    if kind not in _STAKES:
        raise RowProblem("unknown_code", "stake")
    if kind == "control":
        return Stake(ref(owner), ref(owned), kind, None)
    share = row.amount("share_percent")
    if not 0 < share <= _PER_CENT:
        raise RowProblem("out_of_range", "share_percent")
    return Stake(ref(owner), ref(owned), kind, share / _PER_CENT)
