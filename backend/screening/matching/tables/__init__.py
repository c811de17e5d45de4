"""Facts about names as plain text, to be read and corrected without knowing Python: see each file's first lines."""

from importlib.resources import files


def lines(name: str) -> list[str]:
    """The lines of a table without comments and blanks."""
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
