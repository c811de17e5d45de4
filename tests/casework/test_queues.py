"""Queues that an institution has put in force itself, and those that a release brings later."""

from datetime import date
from pathlib import Path
from typing import Any

import yaml

from backend.casework.queues import DIRECTORY, queues_on
from backend.core.rulesets import Policies, StandingText

FOLDER = Path(__file__).resolve().parents[2] / "policies"
DELIVERED = FOLDER / "casework" / "queues" / "queues-2026.yaml"
TODAY = date(2026, 11, 22)
ADDED = "knowledge.review"


def own(change: Any) -> Policies:
    """The folder as an institution sees it whose queues are the delivered ones but for `change`."""
    text = yaml.safe_load(DELIVERED.read_text("utf-8"))
    change(text["queues"])
    source = yaml.safe_dump(text, allow_unicode=True).encode()
    return Policies(FOLDER).governed([StandingText(DIRECTORY, "queues-2026", source, "own", TODAY, None)])


def test_a_queue_that_a_release_brings_is_there_for_an_institution_with_its_own() -> None:
    policies = own(lambda queues: queues.pop(ADDED))
    assert queues_on(policies, TODAY).queues[ADDED] == queues_on(Policies(FOLDER), TODAY).queues[ADDED]


def test_what_an_institution_decided_on_a_queue_stands() -> None:
    policies = own(lambda queues: queues[ADDED].update(roles=["auditor"]))
    assert queues_on(policies, TODAY).queues[ADDED].roles == ("auditor",)
