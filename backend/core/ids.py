"""Identifiers: UUIDv7 (RFC 9562 section 5.7), so that keys sort by creation time and index pages stay local."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    return uuid7()
