"""Uplift learned from a playbook's hold-out, on made trials of which it is known whom the playbook changes."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pytest

from backend.core.rulesets import Policies
from backend.engagement.models.errors import TooLittleTried
from backend.engagement.models.learning import comparing, kinds
from backend.engagement.models.learning.treating import Trial, train_uplift
from backend.engagement.models.models import ModelKind
from backend.engagement.models.ruleset import ModelRules, model_rules
from tests.engagement.models.made import portfolio

RULES: Final[ModelRules] = model_rules(
    Policies(Path(__file__).resolve().parents[3] / "policies"), date(2026, 11, 22)
).rules


def tried(size: int, *, seed: int, lift: float = 0.35) -> Trial:
    """Whoever holds three products is won back by the playbook; of the others as many come back without it."""
    before, _ = portfolio(size, seed=seed)
    rng = np.random.default_rng(seed)
    facts = before.facts.assign(stage="dormant")
    treated = pd.Series((rng.random(size) < 0.7).astype(int), index=facts.index)
    chance = 0.25 + lift * treated * (facts["products"] == 3)
    reached = pd.Series((rng.random(size) < chance).astype(int), index=facts.index)
    return Trial(replace(before, facts=facts), treated, reached, ("dormant",))


@pytest.fixture(scope="module")
def trial() -> Trial:
    return tried(3_000, seed=1)


def test_whom_the_playbook_changes_is_found(trial: Trial) -> None:
    trained = train_uplift(trial, trial.entered, RULES)
    qini, effect = trained.metrics
    assert qini.low is not None
    assert qini.low > 0
    assert effect.low is not None
    assert effect.low > 0
    scores = trained.scorer.score(trial.entered)
    helped = trial.entered.facts["products"] == 3
    assert scores["value"][helped].mean() > scores["value"][~helped].mean() + 0.2
    assert scores["reasons"][helped].str.contains("products:up").mean() > 0.9


def test_a_playbook_that_changes_nobody_shows_nothing() -> None:
    (qini, effect) = train_uplift(none := tried(3_000, seed=2, lift=0.0), none.entered, RULES).metrics
    assert qini.low is not None
    assert qini.high is not None
    assert qini.low < 0.02
    assert effect.low is not None
    assert effect.high is not None
    assert effect.low < 0 < effect.high


def test_only_customers_at_the_stages_of_the_playbook_are_scored(trial: Trial) -> None:
    trained = train_uplift(trial, trial.entered, RULES)
    facts = trial.entered.facts.copy()
    facts.loc[facts.index[:100], "stage"] = "active"
    scored = trained.scorer.score(replace(trial.entered, facts=facts)).index
    assert len(scored) == 2_900
    nobody = trained.scorer.score(replace(trial.entered, facts=facts.assign(stage="active")))
    assert nobody.empty


def test_too_small_a_trial_teaches_nothing() -> None:
    with pytest.raises(TooLittleTried) as refused:
        train_uplift(few := tried(200, seed=3), few.entered, RULES)
    assert refused.value.params["control"] < RULES.uplift.least_arm


def test_a_stored_model_scores_as_it_did(trial: Trial) -> None:
    scorer = train_uplift(trial, trial.entered, RULES).scorer
    stored = kinds.restored(ModelKind.UPLIFT, json.loads(json.dumps(scorer.to_dict())))
    pd.testing.assert_frame_equal(stored.score(trial.entered), scorer.score(trial.entered), check_exact=True)


def test_a_model_of_another_trial_is_held_against_this_one(trial: Trial) -> None:
    blind = train_uplift(empty := tried(3_000, seed=4, lift=0.0), empty.entered, RULES).unseen
    seeing = train_uplift(trial, trial.entered, RULES).unseen
    found = comparing.compare_uplifts((blind, seeing), trial, RULES)
    assert [each.verdict for each in found.contrasts] == ["better"]
