"""What a channel may tell of a message after it has left."""

from enum import StrEnum


class Receipt(StrEnum):
    """Several soft bounces close an address, and one permanent one does."""

    DELIVERED = "delivered"
    OPENED = "opened"
    BOUNCED = "bounced"
    SOFT_BOUNCED = "soft_bounced"
