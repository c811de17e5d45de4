import dataclasses
from xml.etree import ElementTree as ET

import pytest

from backend.core.typesetting import NoChineseFont
from backend.product_reviews import drawing, export
from backend.product_reviews.errors import PackMissing
from backend.product_reviews.view import Chart, _ordered
from tests.product_reviews.conftest import Shelf


async def test_a_review_prints_the_same_bytes_twice(held: Shelf) -> None:
    row, _ = await held.packed()
    first = await held.run("auditor", export.gather, row.id)
    second = await held.run("auditor", export.gather, row.id)
    assert export.pdf(first, None) == export.pdf(second, None)
    assert export.pdf(first, None).startswith(b"%PDF-")


async def test_a_review_prints_in_chinese(held: Shelf) -> None:
    row, _ = await held.packed()
    reader = dataclasses.replace(held.makers.people["auditor"], locale="zh_CN")
    made = await held.platform.run(reader, lambda ctx: export.gather(ctx, row.id))
    assert made.data["title"] == "“储蓄账户”的审查"
    try:
        assert export.pdf(made, None).startswith(b"%PDF-")
    except NoChineseFont:
        pytest.skip("this machine has no Chinese font")


async def test_a_review_without_a_pack_is_not_printed(held: Shelf) -> None:
    row = await held.taken()
    with pytest.raises(PackMissing):
        await held.run("maker", export.gather, row.id)


@pytest.mark.parametrize("shape", ["lines", "stacked", "steps"])
def test_a_chart_is_well_formed_whatever_it_holds(shape: str) -> None:
    series = (("opened", (1.0, None, 3.0)), ("lapsed", (0.0, 2.0, None)))
    chart = Chart("sales_by_month", shape, "count", ("2026-01", "<&>", "2026-03"), series)  # type: ignore[arg-type]
    root = ET.fromstring(drawing.svg(chart, lambda code: f"<{code}>"))  # noqa: S314 - our own drawing
    assert root.tag.endswith("svg")


def test_groups_that_are_bands_stand_by_value_and_others_by_name() -> None:
    ages = ["75 and over", "60 to 74", "unknown", "under 18", "18 to 29"]
    terms = ["over 5 years", "1 to 5 years", "under 1 year"]
    assert [row["group"] for row in _ordered([{"group": age} for age in ages])] == [
        "under 18",
        "18 to 29",
        "60 to 74",
        "75 and over",
        "unknown",
    ]
    assert [row["group"] for row in _ordered([{"group": term} for term in terms])] == terms[::-1]
    assert [row["group"] for row in _ordered([{"group": "male"}, {"group": "female"}])] == ["female", "male"]
