"""Templates: one environment a language, so that words, dates and amounts are in it wherever a template says so."""

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

import orjson
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from backend.core.i18n import LOCALES, translate, wording
from backend.web import formats, labels, log_words, record_words
from backend.web.assets import Assets
from backend.web.rating_words import fact_value, unit
from backend.web.screening_words import spoken

_TEMPLATES: Final = Path(__file__).parent / "templates"


class Renderer:
    def __init__(self, assets: Assets) -> None:
        self._environments = {locale: _environment(locale, assets) for locale in LOCALES}

    def html(self, locale: str, template: str, **context: Any) -> str:
        return self._environments[locale].get_template(template).render(**context)


@cache
def _environment(locale: str, assets: Assets) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(formats.filters(locale))
    environment.filters["initials"] = formats.initials
    environment.filters["json"] = _json
    environment.filters["spoken"] = partial(spoken, locale)
    environment.globals.update(
        _=_translator(locale),
        label=partial(labels.label, locale),
        choices=partial(labels.choices, locale),
        tone=labels.tone,
        readable=labels.readable,
        log_reason=partial(log_words.reason, locale),
        log_field=partial(log_words.read, locale),
        log_record=partial(log_words.record, locale),
        act_reason=partial(record_words.reason, locale),
        changed_columns=partial(record_words.columns, locale),
        fact_value=partial(fact_value, locale),
        unit=partial(unit, locale),
        upper=_upper,
        countries=partial(formats.countries, locale),
        languages=partial(labels.languages, locale),
        asset=assets.url,
        locale=locale,
        language=locale.replace("_", "-"),
    )
    return environment


def _translator(locale: str) -> Callable[..., Markup | str]:
    def words(text: str, **params: Any) -> Markup | str:
        """A parameter that is markup (a formatted time) stays so, everything else is escaped."""
        if any(isinstance(value, Markup) for value in params.values()):
            return Markup(wording(locale, text, params)).format(**params)  # noqa: S704 - the template is ours, format escapes
        return translate(locale, text, **params)

    return words


def _upper(choices: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Codes as the schema writes its enums."""
    return [(code.upper(), words) for code, words in choices]


def _json(value: Any) -> str:
    """For data attributes; autoescaping quotes it."""
    return orjson.dumps(value, default=str).decode()
