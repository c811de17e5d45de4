"""What models learn from two days of a portfolio, on made portfolios with a truth that is known."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pytest

from backend.core.rulesets import Policies
from backend.engagement.models.errors import TooLittleToLearn
from backend.engagement.models.learning import binary, comparing, judging, kinds
from backend.engagement.models.learning.early import expected_turnover
from backend.engagement.models.learning.folds import CrossFitted, folds_of
from backend.engagement.models.learning.purchases import ValueModel
from backend.engagement.models.learning.snapshot import Snapshot
from backend.engagement.models.learning.trained import SCORES, Trained, joined
from backend.engagement.models.models import ModelKind
from backend.engagement.models.ruleset import ModelRules, model_rules
from tests.engagement.models.made import FIRST, LAST, MONTHS, portfolio

RULES: Final = model_rules(Policies(Path(__file__).resolve().parents[3] / "policies"), date(2026, 11, 22)).rules

Train = Callable[[ModelKind], Trained]


@pytest.fixture(scope="module")
def days() -> tuple[Snapshot, Snapshot]:
    return portfolio(3_000, seed=1)


@pytest.fixture(scope="module")
def trained_on_days(days: tuple[Snapshot, Snapshot]) -> Train:
    """Each kind of model learns from them once: training is what takes the time here, and nothing changes a model."""
    return cache(lambda kind: kinds.train(kind, *days, RULES))


def test_churn_finds_who_will_leave(trained_on_days: Train) -> None:
    trained = trained_on_days(ModelKind.CHURN)
    figures = {each.name: each for each in trained.metrics}
    assert figures["AUC"].value > 0.8
    slope = figures["calibration slope"]
    assert slope.low is not None
    assert slope.high is not None
    assert slope.low <= 1.05
    assert slope.high >= 0.9


def test_whoever_emptied_the_account_counts_as_lost() -> None:
    before, now = portfolio(200, seed=2)
    facts = before.facts.assign(balance_minor=1_000_000)
    after = now.facts.assign(balance_minor=900_000, months_inactive=0, products=1)
    after.iloc[0, after.columns.get_loc("balance_minor")] = 100_000
    after.iloc[1, after.columns.get_loc("months_inactive")] = 5
    after.iloc[2, after.columns.get_loc("products")] = 0
    lost = binary.lost(facts, Snapshot(now.as_of, after, now.histories, now.holdings), RULES.churn)
    assert lost.iloc[:4].tolist() == [1, 1, 1, 0]
    assert lost.sum() == 3


@pytest.mark.parametrize("kind", [ModelKind.CHURN, ModelKind.ACTIVITY, ModelKind.VALUE, ModelKind.RFM])
def test_a_stored_model_scores_as_it_did(
    days: tuple[Snapshot, Snapshot], trained_on_days: Train, kind: ModelKind
) -> None:
    scorer = trained_on_days(kind).scorer
    stored = kinds.restored(kind, json.loads(json.dumps(scorer.to_dict())))
    pd.testing.assert_frame_equal(stored.score(days[1]), scorer.score(days[1]), check_exact=True)


@pytest.mark.parametrize("kind", [ModelKind.CHURN, ModelKind.ACTIVITY, ModelKind.VALUE, ModelKind.RFM])
def test_every_score_has_a_reason_and_lies_in_its_interval(
    days: tuple[Snapshot, Snapshot], trained_on_days: Train, kind: ModelKind
) -> None:
    scores = trained_on_days(kind).scorer.score(days[1])
    assert tuple(scores.columns) == SCORES
    assert scores["value"].notna().all()
    known = scores.dropna(subset=["low"])
    assert (known["low"] <= known["value"]).all()
    assert (known["value"] <= known["high"]).all()
    if kind is not ModelKind.CHURN:  # nothing may raise the chance of a customer who does everything right
        assert (scores["reasons"].str.len() > 0).mean() > 0.99


def test_a_propensity_is_of_those_who_do_not_hold_the_product(days: tuple[Snapshot, Snapshot]) -> None:
    trained = kinds.train(ModelKind.PROPENSITY, *days, RULES, "card")
    scored = trained.scorer.score(days[1]).index
    assert not scored.isin(days[1].holders("card")).any()
    assert trained.outcomes == len(days[1].takers("card", days[0].as_of).difference(days[0].holders("card")))


def test_value_forecasts_what_customers_will_move_while_nobody_leaves() -> None:
    staying = portfolio(3_000, seed=1, leaving=0.0)
    figures = {each.name: each.value for each in kinds.train(ModelKind.VALUE, *staying, RULES).metrics}
    assert figures["correlation"] > 0.7
    assert 0.9 < figures["forecast to actual"] < 1.1


def test_eight_in_ten_come_out_within_the_interval_of_value(
    days: tuple[Snapshot, Snapshot], trained_on_days: Train
) -> None:
    trained = trained_on_days(ModelKind.VALUE)
    scorer = trained.scorer
    known = days[0].histories[days[0].histories["age"] > 0]
    forecast = expected(scorer, known)
    came = (days[1].histories["turnover"].reindex(known.index) - known["turnover"]).clip(lower=0)
    told = scorer.score(days[0]).loc[known.index]
    low, high = told["low"] / told["value"] * forecast, told["high"] / told["value"] * forecast
    assert 0.74 < ((low <= came) & (came <= high)).mean() < 0.88


def expected(scorer: object, known: pd.DataFrame) -> pd.Series:
    assert isinstance(scorer, ValueModel)
    return expected_turnover(known, scorer.purchases, scorer.spend, MONTHS)


def test_too_few_outcomes_teach_nothing() -> None:
    before, now = portfolio(300, seed=3, leaving=0.0)
    with pytest.raises(TooLittleToLearn):
        kinds.train(ModelKind.CHURN, before, now, RULES)


def test_the_same_population_stays_within_bounds_and_another_does_not(trained_on_days: Train) -> None:
    trained = trained_on_days(ModelKind.ACTIVITY)
    same, other = portfolio(3_000, seed=9)[1], portfolio(3_000, seed=9, pace=0.4)[1]
    found = [
        trained.reference.compare(trained.scorer.watched(each, trained.scorer.score(each))).set_index("characteristic")
        for each in (same, other)
    ]
    assert found[0].loc["frequency", "psi"] < RULES.watch.characteristic_breach
    assert found[1].loc["frequency", "psi"] > RULES.watch.characteristic_breach


def test_what_came_true_is_judged_on_those_who_were_scored(
    days: tuple[Snapshot, Snapshot], trained_on_days: Train
) -> None:
    trained = trained_on_days(ModelKind.CHURN)
    told = trained.scorer.score(days[0])["value"]
    judged = judging.judge(trained.scorer, told, *days, RULES, MONTHS)
    assert judged[0].name == "AUC"
    assert judged[0].value > 0.8


def test_nothing_is_judged_before_enough_happened(trained_on_days: Train) -> None:
    trained = trained_on_days(ModelKind.CHURN)
    quiet = portfolio(60, seed=4, leaving=0.0)
    told = trained.scorer.score(quiet[0])["value"]
    assert judging.judge(trained.scorer, told, *quiet, RULES, MONTHS) == ()


@pytest.mark.parametrize("kind", [ModelKind.CHURN, ModelKind.ACTIVITY, ModelKind.VALUE, ModelKind.RFM])
def test_a_version_trained_twice_does_not_differ_from_its_champion(
    days: tuple[Snapshot, Snapshot], trained_on_days: Train, kind: ModelKind
) -> None:
    trained = trained_on_days(kind)
    champion = kinds.unseen(kind, json.loads(json.dumps(trained.unseen.to_dict())))
    found = comparing.compare(kind, (champion, trained.unseen), *days, RULES, MONTHS)
    assert found is not None
    assert {each.difference for each in found.contrasts} == {0.0}
    assert found.record()["verdict"] == "open"


def test_a_champion_that_learned_from_noise_is_beaten(days: tuple[Snapshot, Snapshot], trained_on_days: Train) -> None:
    before, now = days
    mixed = before.facts.sample(frac=1, random_state=6).set_axis(before.facts.index)
    noise = kinds.train(ModelKind.CHURN, replace(before, facts=mixed), now, RULES)
    trained = trained_on_days(ModelKind.CHURN)
    found = comparing.compare(ModelKind.CHURN, (noise.unseen, trained.unseen), *days, RULES, MONTHS)
    assert found is not None
    assert [each.verdict for each in found.contrasts] == ["better"] * 3
    assert set(found.rocs) == {"champion", "challenger"}


def test_nobody_is_told_of_by_a_model_that_saw_them() -> None:
    """Whatever a customer did, what the model of the customer's own fold learned is the same; others differ."""
    before, now = portfolio(400, seed=7)
    first = kinds.train(ModelKind.CHURN, before, now, RULES).unseen
    gone = now.facts.copy()
    who = next(iter(binary.present(before, RULES.churn).index))
    gone.loc[who, "products"] = 0 if gone.loc[who, "products"] else 1
    second = kinds.train(ModelKind.CHURN, before, replace(now, facts=gone), RULES).unseen
    assert isinstance(first, CrossFitted)
    assert isinstance(second, CrossFitted)
    own = int(folds_of([who], RULES.folds, RULES.seed)[0])
    learned = [each.models[own].logistic.coefficients for each in (first, second)]
    assert learned[0] == learned[1]
    others = [[model.logistic.coefficients for model in each.models] for each in (first, second)]
    assert others[0] != others[1]


def test_what_a_characteristic_does_to_the_score_is_nothing_where_nothing_moved(
    days: tuple[Snapshot, Snapshot],
    trained_on_days: Train,
) -> None:
    trained = trained_on_days(ModelKind.CHURN)
    learned = binary.present(days[0], RULES.churn)
    of = replace(days[0], facts=learned)
    effects = trained.scorer.effects(of, trained.scorer.score(of))
    assert effects == pytest.approx(dict.fromkeys(effects, 0.0), abs=1e-9)


def test_absent_reasons_leave_no_gap() -> None:
    columns = pd.Series(["a", None]), pd.Series([None, None]), pd.Series(["b", "c"])
    assert joined(*(column.astype(object).where(column.notna(), None) for column in columns)).tolist() == ["a b", "c"]


def test_the_made_portfolio_is_the_same_for_the_same_seed() -> None:
    first, second = portfolio(100, seed=5), portfolio(100, seed=5)
    pd.testing.assert_frame_equal(first[1].facts, second[1].facts)
    assert (first[0].as_of, first[1].as_of) == (FIRST, LAST)
    assert np.isfinite(first[1].histories["turnover"]).all()


def test_rules_are_those_of_the_files() -> None:
    assert isinstance(RULES, ModelRules)
    assert RULES.horizon_months == MONTHS
