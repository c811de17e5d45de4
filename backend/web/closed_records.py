"""What a page still offers about a record that was merged into another one, or whose person was erased: to look."""

from collections.abc import Mapping
from typing import Any, Final

_OPEN: Final = "ACTIVE"
_LOOKS: Final = frozenset({"mayAudit", "mayContact", "mayReview", "maySell"})


def is_open(party: Mapping[str, Any] | None) -> bool:
    """`party` with its `status`; None is a party that the reader may not see."""
    return party is not None and party["status"] == _OPEN


def offered(party: Mapping[str, Any] | None, rights: Mapping[str, bool]) -> dict[str, bool]:
    """The rights on a party that lead anywhere."""
    here = is_open(party)
    return {name: allowed and (here or name in _LOOKS) for name, allowed in rights.items()}
