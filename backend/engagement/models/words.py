"""Codes of models in words: reasons of scores, figures of quality, why a training failed, in the reader's language."""

import json
from collections.abc import Mapping
from typing import Final

from backend.core.errors import TenureError
from backend.core.i18n import translate

_REASONS: Final[Mapping[str, str]] = {
    "tenure_months": "Length of the relationship",
    "products": "Number of products",
    "months_inactive": "Months without a movement",
    "movements_3m": "Movements of three months",
    "movements_change": "Movements compared with three months before",
    "premiums_missed": "Premiums missed",
    "claims_12m": "Claims of a year",
    "complaints_open": "Open complaints",
    "complaints_12m": "Complaints of a year",
    "balance": "Balance",
    "balance_change_3m": "Balance compared with three months before",
    "balance_change_12m": "Balance compared with a year before",
    "inflow": "Money that came in",
    "inflow_change": "Money that came in, compared with three months before",
    "outflow": "Money that went out",
    "competitor_paid": "Payments to other institutions",
    "channel": "Channel of the first contract",
    "kind": "Person or organisation",
    "frequency": "How often money was moved",
    "silence": "Silence, against the customer's own rhythm",
    "purchases": "Movements to be expected",
    "spend": "Amounts moved",
    "age": "Weeks observed",
    "recency_days": "Days since the last movement",
    "monetary": "Amounts moved in all",
    "score": "Score",
}
_DIRECTED: Final[Mapping[str, str]] = {"up": "{what} (raises it)", "down": "{what} (lowers it)"}
_STEPS: Final[Mapping[str, str]] = {
    "r": "How recently: step {step} of 5",
    "f": "How often: step {step} of 5",
    "m": "For how much: step {step} of 5",
}
_SEGMENTS: Final[Mapping[str, str]] = {
    "champions": "Champions",
    "loyal": "Loyal customers",
    "promising": "Promising customers",
    "new": "New customers",
    "needs_attention": "Customers who need attention",
    "fading": "Fading customers",
    "cannot_lose": "Customers not to be lost",
    "at_risk": "Customers at risk",
    "hibernating": "Sleeping customers",
    "lost": "Lost customers",
}
_METRICS: Final[Mapping[str, str]] = {
    "AUC": "AUC: the chance that whom it happens to scores higher",
    "Gini": "Gini",
    "KS": "Kolmogorov–Smirnov",
    "Brier": "Brier score",
    "calibration slope": "Calibration: slope (1 is right)",
    "calibration intercept": "Calibration: intercept (0 is right)",
    "captured by the top tenth": "Share caught in the tenth with the highest scores",
    "correlation": "Correlation of forecast and outcome",
    "rank correlation": "Rank correlation of score and outcome",
    "forecast to actual": "Forecast over outcome, in all",
    "PSI": "Stability of the score (PSI)",
    "r": "Purchase rate: shape r",
    "alpha": "Purchase rate: scale α",
    "a": "Leaving: a",
    "b": "Leaving: b",
    "p": "Amounts: shape p",
    "q": "Amounts: shape q",
    "gamma": "Amounts: scale γ",
}

INTERNAL: Final = "internal"
_FAILED: Final = "The training ended by a fault; the server's log says which."


def reason_words(locale: str, code: str) -> str:
    """Of a code as scores hold it; a code of an older model that is no longer known stands for itself."""
    name, _, rest = code.partition(":")
    if name == "segment":
        return translate(locale, _SEGMENTS.get(rest, rest))
    if name in _STEPS and rest:
        return translate(locale, _STEPS[name], step=rest)
    what = translate(locale, _REASONS.get(name, name))
    return translate(locale, _DIRECTED[rest], what=what) if rest in _DIRECTED else what


def metric_words(locale: str, name: str) -> str:
    kind, _, characteristic = name.partition(" ")
    if kind == "CSI":
        what = translate(locale, _REASONS.get(characteristic, characteristic))
        return translate(locale, "Stability of “{what}” (CSI)", what=what)
    return translate(locale, _METRICS.get(name, name))


def failure_kept(error: Exception) -> str:
    """What a draft keeps of why its training failed: the template with its values, for a reader of any language."""
    if isinstance(error, TenureError):
        return json.dumps({"text": error.text, "params": error.params}, default=str, ensure_ascii=False)
    return str(error)


def failure_words(locale: str, kept: str) -> str:
    """Of what `failure_kept` gave; anything else stands for itself."""
    if kept == INTERNAL:
        return translate(locale, _FAILED)
    try:
        told = json.loads(kept)
        return translate(locale, told["text"], **told["params"])
    except (ValueError, TypeError, KeyError):
        return kept
