"""A pack as people read it: sections with figures, tables and charts; pages, GraphQL and the PDF show the same ones.

Values stay as the pack has them (text and whole numbers); the unit says how a reader's language writes them.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, Final, Literal

Unit = Literal["text", "count", "money", "share", "number", "days", "month", "code", "words"]
Value = str | int | None
Shape = Literal["lines", "stacked", "steps", "bars"]
_BAND: Final = re.compile(r"(under |over )?(\d+)( .*)?")
_SIDES: Final = {"under ": -1, None: 0, "over ": 1}


@dataclass(frozen=True, slots=True)
class Figure:
    code: str
    unit: Unit
    value: Value
    low: str | None = None
    high: str | None = None


@dataclass(frozen=True, slots=True)
class Column:
    code: str
    unit: Unit


@dataclass(frozen=True, slots=True)
class Table:
    """`of` is the dimension or measure that the table is about, empty where it is the section's own."""

    code: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    of: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    code: str
    shape: Shape
    unit: Unit
    names: tuple[str, ...]
    series: tuple[tuple[str, tuple[float | None, ...]], ...]
    of: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    code: str
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()

    @property
    def empty(self) -> bool:
        return not self.tables and all(figure.value in (None, 0) for figure in self.figures)


_CENTS: Final = 100
_VERDICTS: Final = ("inside", "outside", "unknown")


def sections(body: Mapping[str, Any]) -> tuple[Section, ...]:
    """In the order in which they are read."""
    made = (
        _sales(body["sales"]),
        _persistency(body["persistency"]),
        _claims(body["claims"]),
        _complaints(body["complaints"]),
        _feedback(body.get("feedback")),
        _expected(body["expected"]),
        _value(body["value"], body["flows"]),
        _fairness(body["fairness"]),
        _vulnerable(body["vulnerable"]),
        _drift(body["drift"]),
    )
    return tuple(section for section in made if not section.empty)


def _table(code: str, rows: Iterable[Mapping[str, Any]], *columns: tuple[str, Unit], of: str = "") -> tuple[Table, ...]:
    """None for no rows."""
    found = tuple(tuple(row.get(name) for name, _ in columns) for row in rows)
    return (Table(code, tuple(Column(*column) for column in columns), found, of),) if found else ()


def _numbers(rows: Sequence[Mapping[str, Any]], name: str) -> tuple[float | None, ...]:
    return tuple(None if row[name] is None else float(row[name]) for row in rows)


def _money(rows: Sequence[Mapping[str, Any]], name: str) -> tuple[float | None, ...]:
    return tuple(row[name] / _CENTS for row in rows)


def _chart(
    code: str, shape: Shape, unit: Unit, rows: Sequence[Mapping[str, Any]], *names: str, key: str = "month"
) -> tuple[Chart, ...]:
    """None where there is nothing to draw."""
    read = _money if unit == "money" else _numbers
    series = tuple((name, read(rows, name)) for name in names)
    drawn = any(value for _, values in series for value in values)
    return (Chart(code, shape, unit, tuple(str(row[key]) for row in rows), series),) if drawn else ()


def _sales(found: Mapping[str, Any]) -> Section:
    total, columns = found["total"], (*((v, "count") for v in _VERDICTS), ("share", "share"))
    figures = (
        *(Figure(verdict, "count", total[verdict]) for verdict in _VERDICTS),
        Figure("outside_share", "share", total["share"], total["low"], total["high"]),
        Figure("insisted", "count", found["insisted"]),
        Figure("sold_vulnerable", "count", found["vulnerable"]),
    )
    return Section(
        "sales",
        figures,
        (
            *_table("by_channel", found["by_channel"], ("channel", "code"), *columns),  # type: ignore[arg-type]
            *_table("outside_reasons", found["reasons"], ("reason", "words"), ("sales", "count")),
            *_table("by_month", found["by_month"], ("month", "month"), *columns),  # type: ignore[arg-type]
        ),
        _chart("sales_by_month", "stacked", "count", found["by_month"], *_VERDICTS),
    )


def _persistency(found: Mapping[str, Any]) -> Section:
    curve = found["curve"]
    figures = (
        Figure("in_force", "count", found["in_force"]),
        Figure("opened", "count", found["opened"]),
        Figure("lapsed", "count", found["lapsed"]),
        Figure("cancelled", "count", found["cancelled"]),
        Figure("lapse_rate", "share", found["lapse_rate"]),
        *(
            Figure(f"stayed_{at['months']}", "share", at["survival"], at["low"], at["high"])
            for at in curve["at"]
            if at["survival"] is not None
        ),
    )
    steps = curve["steps"]
    drawn = _chart("survival", "steps", "share", steps, "survival", "low", "high", key="months") if steps else ()
    months = (("month", "month"), ("in_force", "count"), ("opened", "count"), ("lapsed", "count"))
    return Section(
        "persistency",
        figures,
        (
            *_table("end_reasons", found["reasons"], ("reason", "words"), ("holdings", "count")),
            *_table("by_month", found["by_month"], *months, ("cancelled", "count"), ("lapse_rate", "share")),  # type: ignore[arg-type]
        ),
        (*_chart("lapses_by_month", "stacked", "count", found["by_month"], "lapsed", "cancelled"), *drawn),
    )


def _claims(found: Mapping[str, Any]) -> Section:
    figures = (
        Figure("premiums_due", "money", found["premiums_due_minor"]),
        Figure("incurred", "money", found["incurred_minor"]),
        Figure("loss_ratio", "share", found["loss_ratio"]),
        Figure("claims", "count", found["claims"]),
        Figure("accepted", "count", found["accepted"]),
        Figure("declined", "count", found["declined"]),
        Figure("acceptance", "share", found["acceptance"], found["acceptance_low"], found["acceptance_high"]),
        Figure("days_median", "days", found["days_median"]),
    )
    rows = found["by_month"] if found["claims"] or found["premiums_due_minor"] else []
    months = (("month", "month"), ("premiums_due_minor", "money"), ("incurred_minor", "money"), ("claims", "count"))
    return Section(
        "claims",
        figures,
        _table("by_month", rows, *months, ("loss_ratio", "share")),  # type: ignore[arg-type]
        _chart("loss_by_month", "lines", "money", rows, "premiums_due_minor", "incurred_minor"),
    )


def _complaints(found: Mapping[str, Any]) -> Section:
    figures = (
        Figure("complaints", "count", found["complaints"]),
        Figure("complaints_a_thousand", "number", found["rate"]),
        Figure("upheld", "count", found["upheld"]),
        Figure("upheld_share", "share", found["upheld_share"]),
        Figure("complaints_vulnerable", "count", found["vulnerable"]),
    )
    rows = found["by_month"] if found["complaints"] else []
    return Section(
        "complaints",
        figures,
        (
            *_table("causes", found["causes"], ("cause", "words"), ("complaints", "count"), ("upheld", "count")),
            *_table("by_month", rows, ("month", "month"), ("complaints", "count"), ("rate", "number")),
        ),
        _chart("complaints_by_month", "stacked", "count", rows, "complaints"),
    )


def _feedback(found: Mapping[str, Any] | None) -> Section:
    """Packs of the time before surveys have none."""
    if found is None:
        return Section("feedback")
    rows = found["by_month"] if found["answers"] else []
    columns = (("survey", "code"), ("answers", "count"), ("score", "number"), ("low", "number"), ("high", "number"))
    return Section(
        "feedback",
        (Figure("answers", "count", found["answers"]),),
        _table("satisfaction", found["measures"], *columns),  # type: ignore[arg-type]
        _chart("answers_by_month", "stacked", "count", rows, "answers"),
    )


def _expected(found: Sequence[Mapping[str, Any]]) -> Section:
    rows = [row for row in found if row["actual"] is not None]
    columns = (("measure", "code"), ("expected", "share"), ("actual", "share"), ("relation", "number"))
    bounds = (("low", "number"), ("high", "number"), ("finding", "code"), ("source", "text"))
    return Section("expected", tables=_table("expected", rows, *columns, *bounds))  # type: ignore[arg-type]


def _value(found: Sequence[Mapping[str, Any]], flows: Mapping[str, Any]) -> Section:
    costs, received = flows["costs_minor"], flows["received_minor"]
    worth = None if not costs else f"{received / costs:.6f}"
    figures = (
        Figure("costs", "money", costs),
        Figure("received", "money", received),
        Figure("value", "share", worth),
    )
    columns = (("group", "words"), ("holdings", "count"), ("costs_minor", "money"), ("benefits_minor", "money"))
    more = (("value", "share"), ("worse", "number"), ("low", "number"), ("high", "number"), ("outlier", "code"))
    tables = [
        table
        for each in found
        for table in _table(
            "value_by_group",
            [_told(row, "outlier") for row in _ordered(each["groups"])],
            *columns,  # type: ignore[arg-type]
            *more,  # type: ignore[arg-type]
            of=each["dimension"],
        )
    ]
    return Section("value", figures, tuple(tables) if costs or received else (), _flow_chart(flows))


def _ordered(rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Bands by where they begin, then everything else by name; rows of one group stay as they are."""
    return sorted(rows, key=lambda row: _place(str(row["group"])))


def _place(group: str) -> tuple[float, int, str]:
    """`under 18` before `18 to 29`, `1 to 5 years` before `over 5 years`."""
    band = _BAND.fullmatch(group)
    return (inf, 0, group) if band is None else (float(band[2]), _SIDES[band[1]], group)


def _told(row: Mapping[str, Any], flag: str) -> dict[str, Any]:
    """A suppressed group says so where its flag would stand."""
    code = "too_small" if row["suppressed"] else flag if row.get(flag) else None
    return {**row, flag: code}


def _flow_chart(flows: Mapping[str, Any]) -> tuple[Chart, ...]:
    return _chart("flows_by_month", "lines", "money", flows["by_month"], "fees_minor", "benefits_minor")


def _fairness(found: Sequence[Mapping[str, Any]]) -> Section:
    columns = (("group", "words"), ("reference", "words"), ("measure", "code"), ("scale", "code"))
    bounds = (("figure", "number"), ("low", "number"), ("high", "number"), ("differs", "code"))
    tables = [
        table
        for each in found
        for table in _table(
            "fairness",
            [
                {**row, "reference": each["reference"]}
                for row in _ordered(each["comparisons"])
                if row["figure"] is not None
            ],
            *columns,  # type: ignore[arg-type]
            *bounds,  # type: ignore[arg-type]
            of=each["dimension"],
        )
    ]
    return Section("fairness", tables=tuple(tables))


def _vulnerable(found: Sequence[Mapping[str, Any]]) -> Section:
    if not any(row["group"] == "yes" for row in found):
        return Section("vulnerable")
    columns = (("vulnerable_group", "code"), ("holdings", "count"), ("sales", "count"), ("outside_share", "share"))
    more = (("lapse_share", "share"), ("complaint_share", "share"), ("note", "code"))
    rows = [{**_told(row, "note"), "vulnerable_group": row["group"]} for row in found]
    return Section("vulnerable", tables=_table("vulnerable", rows, *columns, *more))  # type: ignore[arg-type]


def _drift(found: Mapping[str, Any]) -> Section:
    moved = [row for row in found["population"] if row["psi"] is not None]
    columns = (("dimension", "code"), ("before", "count"), ("now", "count"), ("psi", "number"), ("p_value", "number"))
    controls = [
        {**row, "alarms": ", ".join(f"{a['month']} {a['side']}" for a in row["alarms"]) or None}
        for row in found["controls"]
        if row["points"]
    ]
    charts = [
        Chart(
            "cusum",
            "lines",
            "number",
            tuple(point["month"] for point in row["points"]),
            (("cusum_high", _numbers(row["points"], "high")), ("cusum_low", _numbers(row["points"], "low"))),
            of=row["measure"],
        )
        for row in found["controls"]
        if row["points"]
    ]
    return Section(
        "drift",
        tables=(
            *_table("population", moved, *columns, ("band", "code")),  # type: ignore[arg-type]
            *_table(
                "controls", controls, ("measure", "code"), ("target", "number"), ("alarms", "text"), ("source", "text")
            ),
        ),
        charts=tuple(charts),
    )
