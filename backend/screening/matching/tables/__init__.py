"""Facts about names as plain text, to be read and corrected without knowing Python: see each file's first lines."""

import hashlib
from functools import cache
from importlib.resources import files


def lines(name: str) -> list[str]:
    """The lines of a table without comments and blanks."""
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


@cache
def digest() -> str:
    """SHA-256 over all tables: what names are found by follows from them."""
    whole = hashlib.sha256()
    for path in sorted(files(__package__).iterdir(), key=lambda path: path.name):
        if path.name.endswith(".txt"):
            whole.update(path.name.encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()
