"""Codes of models in words: reasons of scores, figures of quality, why a training failed, in the reader's language."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from backend.core.i18n import translate
from backend.engagement.failures import failure_told
from backend.engagement.models.measures import moved_most

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
    "log loss": "Logarithmic loss",
    "absolute error": "Mean absolute error of the forecast",
    "Qini": "Qini coefficient: gain over treating at random",
    "effect": "What the playbook changes in all: share with it less share without",
    "PSI": "Stability of the score (PSI)",
    "r": "Purchase rate: shape r",
    "alpha": "Purchase rate: scale α",
    "a": "Leaving: a",
    "b": "Leaving: b",
    "p": "Amounts: shape p",
    "q": "Amounts: shape q",
    "gamma": "Amounts: scale γ",
}

MEANINGS: Final[Mapping[str, str]] = {
    "right": "Within bounds",
    "chance": "Chance alone gives as much",
    "harmless": "Moved, and hardly moves the score",
    "moved": "Moved, and the score with it",
    "worse": "Worse than it may be",
    "told": "For information",
}
STAGES: Final[Mapping[str, str]] = {
    "": "Waiting for a worker",
    "read": "Reading the portfolio",
    "learn": "Learning",
    "compare": "Comparing it with the champion",
}
VERDICTS: Final[Mapping[str, str]] = {
    "better": "Better than the champion, beyond chance",
    "worse": "Worse than the champion, beyond chance",
    "open": "No difference is shown beyond chance",
    "mixed": "Better in one respect and worse in another",
}
_ADVICE: Final = "What moved the score most: {what}. Train the model anew: it learns from customers as they are now."
_ADVICE_PLAIN: Final = "It no longer does as well as it did. Train the model anew, and compare the two."
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


def meaning_words(locale: str, measure: Mapping[str, Any]) -> str:
    """What a figure of the watch means; of watches before meanings were kept, only whether it was out of bounds."""
    code = measure.get("meaning") or ("worse" if measure["breach"] else "right" if measure["bound"] else "told")
    return translate(locale, MEANINGS[code])


def stage_words(locale: str, stage: str) -> str:
    """What a training is doing; nothing yet while it waits for a worker."""
    return translate(locale, STAGES[stage])


def verdict_words(locale: str, code: str) -> str:
    return translate(locale, VERDICTS[code])


def advice_words(locale: str, measures: Sequence[Mapping[str, Any]]) -> str | None:
    """What to do about a watch that is out of bounds; None where nothing is."""
    if not any(each["breach"] for each in measures):
        return None
    moved = moved_most(measures)
    if not moved:
        return translate(locale, _ADVICE_PLAIN)
    separator = "、" if locale == "zh_CN" else ", "
    return translate(locale, _ADVICE, what=separator.join(reason_words(locale, name) for name in moved))


def failure_words(locale: str, kept: str) -> str:
    """Why a training failed."""
    return failure_told(locale, kept, _FAILED)
