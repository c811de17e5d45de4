"""What a browser says it is, in two words that its person recognises; the rest of the header is not kept."""

from typing import Final

# The first that is found counts: most browsers also name the ones they descend from.
_BROWSERS: Final = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS: Final = (
    ("Windows", "Windows"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Macintosh", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def device_of(user_agent: str | None) -> str | None:
    """“Firefox · Windows”; None when neither is recognised."""
    said = user_agent or ""
    found = [next((name for mark, name in marks if mark in said), None) for marks in (_BROWSERS, _SYSTEMS)]
    return " · ".join(name for name in found if name is not None) or None
