"""PDF from a Typst template and plain data; the same data and instant give the same bytes."""

from datetime import datetime
from pathlib import Path
from typing import Any, Final

import orjson
import typst

_TEMPLATES: Final = Path(__file__).parent / "templates"


def typeset(template: str, data: Any, made_at: datetime) -> bytes:
    """A PDF/A-2b without bound to any network; `data` is read by the template as JSON."""
    return bytes(
        typst.compile(
            str(_TEMPLATES / f"{template}.typ"),
            root=str(_TEMPLATES),
            format="pdf",
            sys_inputs={"data": orjson.dumps(data).decode()},
            pdf_standards=["a-2b"],
            timestamp=made_at,
        )
    )
