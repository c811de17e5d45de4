"""Steps of a version and bounds of the watch, without a database; no order of steps makes a champion of one person."""

from datetime import date
from pathlib import Path
from typing import Final

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.core.rulesets import Policies, RuleSetBroken, parse
from backend.engagement.models import rules
from backend.engagement.models.card import STATES
from backend.engagement.models.errors import FindingsOpen, ModelUnknown, VersionForbids, WordsMissing
from backend.engagement.models.learning.features import LEFT_OUT, features
from backend.engagement.models.models import Severity, VersionState
from backend.engagement.models.rules import Verb
from backend.engagement.models.ruleset import ModelRules, model_rules
from backend.engagement.models.words import metric_words, reason_words

POLICIES: Final = Policies(Path(__file__).resolve().parents[3] / "policies")
DAY: Final = date(2026, 11, 22)
_LEADS: Final = {
    Verb.SUBMIT: VersionState.IN_VALIDATION,
    Verb.VALIDATE: VersionState.VALIDATED,
    Verb.REJECT: VersionState.REJECTED,
    Verb.CHALLENGE: VersionState.CHALLENGER,
    Verb.CONFIRM: VersionState.CHAMPION,
    Verb.RETIRE: VersionState.RETIRED,
}


@pytest.fixture(scope="module")
def in_force() -> ModelRules:
    return model_rules(POLICIES, DAY).rules


@settings(max_examples=300, derandomize=True)
@given(st.lists(st.sampled_from(list(Verb)), max_size=25))
def test_no_order_of_steps_skips_validation_or_the_second_person(wanted: list[Verb]) -> None:
    state, proposed, taken = VersionState.TRAINED, False, []
    for verb in wanted:
        try:
            rules.allow(verb, state, proposed=proposed)
        except VersionForbids:
            continue
        taken.append(verb)
        state = _LEADS.get(verb, state)
        proposed = verb is Verb.PROMOTE or (proposed and verb is not Verb.KEEP)
        if state is VersionState.CHAMPION:
            assert taken.index(Verb.VALIDATE) < taken.index(Verb.PROMOTE) < taken.index(Verb.CONFIRM)


@pytest.mark.parametrize("verb", list(Verb))
def test_a_retired_version_takes_no_step(verb: Verb) -> None:
    for proposed in (False, True):
        with pytest.raises(VersionForbids):
            rules.allow(verb, VersionState.RETIRED, proposed=proposed)


def test_low_findings_do_not_stand_in_the_way() -> None:
    rules.no_finding_open([Severity.LOW, Severity.MEDIUM])
    with pytest.raises(FindingsOpen, match="2 findings"):
        rules.no_finding_open([Severity.HIGH, Severity.LOW, Severity.HIGH])


@pytest.mark.parametrize("words", ["", "  \n", "x" * (rules.MOST_WORDS + 1)])
def test_words_are_asked_for_and_bounded(words: str) -> None:
    with pytest.raises(WordsMissing):
        rules.written(words, "limits")


def test_a_propensity_is_for_a_product_and_uplift_for_a_playbook(in_force: ModelRules) -> None:
    assert in_force.definition("propensity:card-classic").code == "propensity"
    assert in_force.definition("uplift:win_back").code == "uplift"
    for code in ("propensity", "uplift", "churn:card", "weather"):
        with pytest.raises(ModelUnknown):
            in_force.definition(code)


def test_whoever_is_present_is_not_lost_at_once(in_force: ModelRules) -> None:
    source = model_rules(POLICIES, DAY).source.replace(b"present_months_inactive: 2", b"present_months_inactive: 9")
    with pytest.raises(RuleSetBroken, match="present"):
        parse(source, "models.yaml", ModelRules)


def test_facts_of_compliance_and_place_are_no_features() -> None:
    counts = ("tenure_months", "products", "months_inactive", "movements_3m", "movements_prev_3m", "premiums_missed")
    counts += ("claims_12m", "complaints_open", "complaints_12m")
    amounts = ("balance_minor", "balance_3m_ago_minor", "balance_12m_ago_minor", "inflow_3m_minor")
    amounts += ("inflow_prev_3m_minor", "outflow_3m_minor", "competitor_paid_3m_minor")
    known = dict.fromkeys((*counts, *amounts), 1) | {"channel": None, "kind": "person"}
    facts = pd.DataFrame([known | dict.fromkeys(LEFT_OUT, "anything")])
    made = features(facts)
    assert not set(made.columns) & set(LEFT_OUT)
    assert not made.isna().any(axis=None)
    assert all(reason_words("en", str(name)) != name for name in made.columns)


@pytest.mark.parametrize("code", ["balance", "silence:down", "segment:cannot_lose", "r:4", "purchases:up"])
def test_every_reason_reads_in_both_languages(code: str) -> None:
    assert reason_words("en", code) not in {code, reason_words("zh_CN", code)}


def test_a_code_of_an_older_model_stands_for_itself() -> None:
    assert reason_words("en", "postcode") == "postcode"
    assert metric_words("zh_CN", "CSI postcode") == "“postcode”的稳定性（CSI）"


def test_every_state_has_a_name() -> None:
    assert set(STATES) == {state.value for state in VersionState}
