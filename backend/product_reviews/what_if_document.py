"""The effect of a change as a document: statements, from-to tables, segments, reasons, and customers by id."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from backend.governance.documents import Cell, Code, Customer, Document, Figure, Matrix, Statement, Table, Words, words
from backend.product_reviews.what_if import UNKNOWN, HolderEffect, SaleEffect, Segment

_FITS: Final = (words("inside"), words("outside"), words("not known"))
_ANSWERS: Final = (words("sold"), words("sold with a warning"), words("refused"))
_SEGMENTS: Final[Mapping[str, Words]] = {
    "party_type": words("Kind of customer"),
    "residence": words("Residence"),
    "grade": words("Grade"),
    "age": words("Age"),
}
_BY_NUMBER: Final = frozenset({"party_type", "residence"})
_NOT_KNOWN: Final = words("not known")
_PARTY_TYPES: Final[Mapping[str, Words]] = {"person": words("Private person"), "organisation": words("Organisation")}


def document(holders: HolderEffect, sales: SaleEffect) -> Document:
    tables = (*_segments(holders), *_reasons(holders.reasons, "Why holders fall outside"), *_fallen(holders))
    sold = (*_reasons(sales.reasons, "Why sales would have been refused"), *_refused(sales))
    held_title = words("Holders: now (rows) and then (columns)")
    sold_title = words("Sales of the last year: as it was (rows) and by the change (columns)")
    return Document(
        statements=(*_of_holders(holders), *_of_sales(sales)),
        matrices=(
            Matrix(held_title, _FITS, _FITS, holders.moved.tolist()),
            Matrix(sold_title, _ANSWERS, _ANSWERS, sales.moved.tolist()),
        ),
        tables=(*tables, *sold),
    )


def _of_holders(effect: HolderEffect) -> tuple[Statement, ...]:
    text = "{fallen} of {holders} holders would fall outside; {back} who are outside now would no longer be."
    told = words(text, fallen=effect.falling_out, holders=effect.holders, back=effect.coming_in)
    basis = words("What an assessment said last counts here, also after its end.")
    return Statement(told, "warn" if effect.falling_out else "ok"), Statement(basis)


def _of_sales(effect: SaleEffect) -> tuple[Statement, ...]:
    text = "{refused} of {sales} sales of the last year would not have happened; {warned} only with a warning."
    told = words(text, refused=effect.not_happened, sales=effect.sales, warned=effect.warned)
    return (Statement(told, "warn" if effect.not_happened else "ok"),)


def _segments(effect: HolderEffect) -> tuple[Table, ...]:
    if not effect.segments:
        return ()
    columns = tuple(words(text) for text in ("Segment", "Value", "Holders", "Outside now", "Outside then"))
    rows = [_segment(name, value, each) for (name, value), each in sorted(effect.segments.items(), key=_place)]
    return (Table(words("By segment"), columns, rows),)


def _place(segment: tuple[tuple[str, str], Segment]) -> tuple[int, int, int, str]:
    """Countries by how many hold the product, ages and grades by their value; what is not known comes last."""
    (name, value), each = segment
    by_number = -each.holders if name in _BY_NUMBER else 0
    from_age = int(value.partition("–")[0]) if name == "age" else 0
    return list(_SEGMENTS).index(name), int(value == UNKNOWN), by_number or from_age, value


def _segment(name: str, value: str, each: Segment) -> Sequence[Cell]:
    said = _NOT_KNOWN if value == UNKNOWN else _PARTY_TYPES.get(value, Code(value))
    counts = (
        Figure(str(each.holders)),
        *(_of(count, each.holders) for count in (each.outside_before, each.outside_after)),
    )
    return (_SEGMENTS[name], said, *counts)


def _of(count: int, holders: int) -> Figure:
    """With its share, so that segments of different sizes compare."""
    return Figure(f"{count} ({100 * count / holders:.0f} %)" if count else "0")


def _reasons(reasons: Counter[str], title: str) -> tuple[Table, ...]:
    if not reasons:
        return ()
    rows = [(Code(code), Figure(str(count))) for code, count in reasons.most_common()]
    return (Table(words(title), (words("Condition or rule"), words("How often")), rows),)


def _fallen(effect: HolderEffect) -> tuple[Table, ...]:
    if not effect.first:
        return ()
    rows = [(Customer(party_id), Code(", ".join(reasons))) for party_id, reasons in effect.first]
    columns = (words("Customer"), words("Condition or rule"))
    return (Table(words("Customers who would fall outside"), columns, rows, total=effect.falling_out),)


def _refused(effect: SaleEffect) -> tuple[Table, ...]:
    if not effect.first:
        return ()
    rows = [
        (Customer(sale.party_id), Code(sale.sold_on.isoformat()), Code(sale.profile.channel), Code(", ".join(reasons)))
        for sale, reasons in effect.first
    ]
    columns = tuple(words(text) for text in ("Customer", "Sold on", "Channel", "Condition or rule"))
    return (Table(words("Sales that would not have happened"), columns, rows, total=effect.not_happened),)
