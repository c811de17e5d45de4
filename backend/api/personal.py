"""Personal values: each says how it is shown, so that a client can put a mask or a "why?" where a value is missing."""

from datetime import date
from enum import Enum
from typing import Final

import strawberry

from backend.access import fields


@strawberry.enum(description="CLEAR: as it is. MASKED: what recognising it takes. HIDDEN: not read at all.")
class Visibility(Enum):
    CLEAR = "clear"
    MASKED = "masked"
    HIDDEN = "hidden"


SHOWN: Final = {
    fields.Visibility.CLEAR: Visibility.CLEAR,
    fields.Visibility.MASK: Visibility.MASKED,
    fields.Visibility.HIDDEN: Visibility.HIDDEN,
}


@strawberry.type(description="A personal value. `field` is the object whose right `view` decides; ask `explain` why.")
class PersonalText:
    value: str | None = strawberry.field(description="Null when hidden or not recorded. Days are ISO 8601.")
    visibility: Visibility
    field: str

    @classmethod
    def of(cls, field: str, value: str | date | None, visibility: fields.Visibility) -> "PersonalText":
        """`value` as the capability's query has already shown it (masked, or None when hidden)."""
        text = value.isoformat() if isinstance(value, date) else value
        return cls(value=text, visibility=SHOWN[visibility], field=field)
