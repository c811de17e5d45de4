"""Why a file was refused, kept so that it can be told again in any language."""

from collections.abc import Mapping
from typing import Any

from backend.core.errors import Invalid
from backend.core.i18n import translate
from backend.screening.models import ListVersion


def kept(refusal: Invalid) -> dict[str, Any]:
    params = {name: str(value) for name, value in refusal.params.items()}
    return {"code": refusal.code, "text": refusal.text, "params": params}


def words(version: ListVersion, locale: str) -> str | None:
    """None for a version that was not refused."""
    problem: Mapping[str, Any] | None = version.problem
    return None if problem is None else translate(locale, problem["text"], **problem["params"])
