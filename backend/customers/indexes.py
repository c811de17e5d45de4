"""Blind indexes of this capability, each with what a reader of the column of tags learns without the key."""

from typing import Final

from backend.privacy.blind import BlindIndex
from backend.privacy.vault import field_ref

IDENTIFIER: Final = BlindIndex.unique(field_ref("party_identifier", "value"), "identifier", "identifier")
"""Which records carry the same identifier, that is: which may be one person. Nearly every value is unique, so
frequencies tell nothing; without the key a number cannot be tried, however few there are."""

EMAIL: Final = BlindIndex.unique(field_ref("party_contact", "value"), "email", "email")
"""Which records share a mailbox: households, and offices that give their own for many customers stand out by number."""

PHONE: Final = BlindIndex.unique(field_ref("party_contact", "value"), "phone", "phone")
"""Which records share a line, as for e-mail."""
