"""What cannot be compared."""

from backend.core.errors import Conflict, NotFound


class WhatIfUnknown(NotFound):
    code = "product_what_if.unknown"
    text = "There is no such comparison."


class NothingToCompare(Conflict):
    code = "product_what_if.nothing_to_compare"
    text = "The product has no approved version before this one: nobody holds it, and nothing was sold."


class WhatIfOver(Conflict):
    code = "product_what_if.over"
    text = "This comparison is over already."
