"""The funnel as bars that grow narrower: who entered each step, who of them moved on; in hundredths of the fullest."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

_WHOLE: Final = 100.0
_LEAST: Final = 0.4


def rows(steps: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """A row a step: `width` of those who entered, `part` of those who moved on; nobody has no width."""
    most = max((step["entered"] for step in steps), default=0) or 1
    return [{**step, "width": _wide(step["entered"], most), "part": _wide(step["advanced"], most)} for step in steps]


def _wide(count: int, most: int) -> float:
    return max(round(_WHOLE * count / most, 1), _LEAST) if count else 0.0
