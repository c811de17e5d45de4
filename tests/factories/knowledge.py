"""Knowledge articles, as the demonstration has them, and the assistant's rules."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml

from backend.core.rulesets import load
from backend.servicing.assistant.evaluation import Asked
from backend.servicing.assistant.reading import CHINESE, ENGLISH, paragraphs
from backend.servicing.assistant.retrieval import Entry, Index
from backend.servicing.assistant.ruleset import AssistantRules
from backend.servicing.assistant.service import Texts

_ROOT = Path(__file__).resolve().parents[2]
REVIEW_ON = date(2027, 6, 1)
CARD = Texts(
    title_en="Blocking a lost card",
    title_zh="挂失银行卡",
    body_en="Block the card in the app under Cards.\n\nA new card arrives within five working days.",
    body_zh="请在应用中挂失。\n\n新卡五个工作日内送达。",
    questions_en=("I lost my card", "How do I block my card?"),
    questions_zh=("银行卡丢了怎么办？",),
)


@cache
def rules() -> AssistantRules:
    return load(_ROOT / "policies/servicing/assistant/assistant-2026.yaml", AssistantRules).rules


@cache
def articles() -> tuple[dict[str, Any], ...]:
    return tuple(yaml.safe_load((_ROOT / "backend/demo/knowledge.yaml").read_text("utf-8")))


@cache
def indexes() -> dict[str, Index]:
    """What customers may be told, in each language."""
    return {locale: Index(entries(locale), locale, rules().same(locale)) for locale in (ENGLISH, CHINESE)}


def entries(locale: str) -> list[Entry]:
    return [
        Entry(
            UUID(int=place + 1),
            each["code"],
            each[locale]["title"],
            tuple(each[locale]["questions"]),
            tuple(paragraphs(each[locale]["body"])),
        )
        for place, each in enumerate(articles())
        if each["audience"] == "customer"
    ]


def questions(name: str) -> list[Asked]:
    told = yaml.safe_load((_ROOT / "tests/data" / f"{name}.yaml").read_text("utf-8"))
    return [Asked.model_validate(each) for each in told]
