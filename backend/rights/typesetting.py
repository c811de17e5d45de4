"""The documents of data protection as PDF."""

from datetime import datetime
from pathlib import Path
from typing import Any, Final

from backend.core import typesetting

_TEMPLATES: Final = Path(__file__).parent / "templates"


def typeset(template: str, data: Any, made_at: datetime) -> bytes:
    """A PDF/A-2b without bound to any network. Raises NoChineseFont."""
    return typesetting.typeset(_TEMPLATES, template, data, made_at)
