"""Every refusal of the capability can be read in Chinese, with the same parameters."""

import inspect
import string

import pytest

from backend.core.errors import TenureError
from backend.core.i18n import catalog
from backend.customers import errors

CLASSES = [
    error
    for error in vars(errors).values()
    if inspect.isclass(error) and issubclass(error, TenureError) and error.__module__ == errors.__name__
]


def _parameters(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("error", CLASSES, ids=lambda error: error.code)
def test_a_refusal_is_translated_with_its_parameters(error: type[TenureError]) -> None:
    assert _parameters(catalog("zh_CN")[error.text]) == _parameters(error.text)
