"""What in a pack asks for a review at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from risk_models.record import Record

_TEN_THOUSAND: Final = 10_000
_CONTROLLED: Final = {
    "complaint_rate": "complaint_spike",
    "loss_ratio": "loss_ratio_drift",
    "lapse_rate": "persistency_drift",
    "outside_share": "out_of_market",
}


@dataclass(frozen=True)
class Limits(Record):
    """Shares per ten thousand. `recent_months`: how far back an alarm still asks for something.

    A complaint spike is a month with at least `spike_complaints` and `spike_ratio` times the mean of those before.
    """

    outside_share: int
    outside_sales: int
    spike_complaints: int
    spike_ratio: int
    recent_months: int


@dataclass(frozen=True, slots=True)
class Found:
    """`source` names the finding, so that the same one is told once."""

    kind: str
    source: str
    figures: Mapping[str, str | int]


def triggers(pack: Mapping[str, Any], limits: Limits) -> list[Found]:
    """In the order of the sections; of one kind and source at most one."""
    every = (
        *_outside(pack, limits),
        *_spike(pack, limits),
        *_controls(pack, limits),
        *_shifted(pack),
        *_outliers(pack),
    )
    found: dict[tuple[str, str], Found] = {}
    for each in every:
        found.setdefault((each.kind, each.source), each)
    return list(found.values())


def _outside(pack: Mapping[str, Any], limits: Limits) -> Iterator[Found]:
    total = pack["sales"]["total"]
    every = total["inside"] + total["outside"]
    if every >= limits.outside_sales and total["outside"] * _TEN_THOUSAND >= limits.outside_share * every:
        figures = {"outside": total["outside"], "sales": every, "share": total["share"]}
        yield Found("out_of_market", f"share {pack['period']['end']}", figures)


def _spike(pack: Mapping[str, Any], limits: Limits) -> Iterator[Found]:
    months: Sequence[Mapping[str, Any]] = pack["complaints"]["by_month"]
    for place in range(max(1, len(months) - limits.recent_months), len(months)):
        number, before = months[place]["complaints"], sum(each["complaints"] for each in months[:place])
        if number >= limits.spike_complaints and number * place * _TEN_THOUSAND >= limits.spike_ratio * before:
            figures = {"complaints": number, "before": before, "months": place}
            yield Found("complaint_spike", f"month {months[place]['month']}", figures)


def _controls(pack: Mapping[str, Any], limits: Limits) -> Iterator[Found]:
    """Only rises: a loss ratio that falls is no harm to customers, though it may be one to fair value."""
    recent = {each["month"] for each in pack["persistency"]["by_month"][-limits.recent_months :]}
    for control in pack["drift"]["controls"]:
        for alarm in control["alarms"]:
            if alarm["side"] == "high" and alarm["month"] in recent:
                figures = {"measure": control["measure"], "target": control["target"], "month": alarm["month"]}
                yield Found(_CONTROLLED[control["measure"]], f"cusum {alarm['month']}", figures)


def _shifted(pack: Mapping[str, Any]) -> Iterator[Found]:
    for each in pack["drift"]["population"]:
        if each["band"] == "shifted":
            figures = {"dimension": each["dimension"], "psi": each["psi"]}
            yield Found("population_drift", f"{each['dimension']} {pack['period']['end']}", figures)


def _outliers(pack: Mapping[str, Any]) -> Iterator[Found]:
    for table in pack["value"]:
        for each in table["groups"]:
            if not each["suppressed"] and each["outlier"]:
                figures = {"dimension": table["dimension"], "group": each["group"], "worse": each["worse"] or ""}
                yield Found("value_outlier", f"{table['dimension']} {each['group']} {pack['period']['end']}", figures)
