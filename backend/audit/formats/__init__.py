"""Formats that are frozen once written: the Merkle tree, signed notes, checkpoints, tiles, canonical JSON, the audit
entry and the proof file. Pure functions over bytes: no database, no clock, no network, nothing else of Tenure.

What is written in these formats outlives every refactoring, so a change here is a new version of a format, never an
edit; `tests/audit/formats/golden` holds bytes that must come out the same for ever.
"""


class FormatError(ValueError):
    """Bytes or values that do not belong to a frozen format; every module here raises a subclass that says which."""
