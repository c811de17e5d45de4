"""A grade as a picture: the bands on the scale of points, where the customer stands, and what was held down."""

from collections.abc import Mapping
from typing import Any, Final

WIDTH: Final = 600


def picture(assessment: Mapping[str, Any]) -> dict[str, Any] | None:
    """Places and widths of the bands in units of the drawing; None where there are no grades."""
    file = assessment["file"]
    if not file["bands"]:
        return None
    least, steps = file["least"], file["most"] - file["least"] + 1
    unit = WIDTH / steps
    bands = [
        {
            "grade": band["grade"],
            "words": band["words"],
            "x": round((band["least"] - least) * unit, 1),
            "width": round((band["most"] - band["least"] + 1) * unit, 1),
            "own": band["grade"] == assessment["grade"],
            "points": band["grade"] == assessment["byPoints"],
        }
        for band in file["bands"]
    ]
    return {"width": WIDTH, "bands": bands, "mark": round((assessment["score"] - least + 0.5) * unit, 1)}
