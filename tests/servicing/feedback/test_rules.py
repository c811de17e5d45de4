"""Whom a survey is sent to, what an answer means, which themes it names, and the link it is given under: pure."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.core.ids import new_id
from backend.core.rulesets import Policies, RuleSetBroken, parse
from backend.core.settings import Settings
from backend.servicing.feedback import rules
from backend.servicing.feedback.errors import CommentTooLong, LinkExpired, LinkInvalid, ScoreInvalid, SurveyUnknown
from backend.servicing.feedback.links import Links
from backend.servicing.feedback.models import SurveyKind
from backend.servicing.feedback.rules import Sentiment
from backend.servicing.feedback.ruleset import SurveyRules, survey_rules, theme_rules

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
POLICIES = Policies(Settings().policies)
RULES = survey_rules(POLICIES, NOW.date()).rules
THEMES = theme_rules(POLICIES, NOW.date()).rules.themes
LINKS = Links.derived(b"root" * 8, "https://bank.example/")
SOURCE = Path(Settings().policies / "servicing/surveys/surveys-2024.yaml").read_text()


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def test_every_event_asks_one_survey() -> None:
    events = ("onboarding.approved", "complaint.closed", "sale.confirmed", "claim.paid", "yearly")
    asked = [found.code for event in events if (found := RULES.after(event)) is not None]
    assert asked == ["onboarding", "complaint", "sale", "claim", "relationship"]


def test_an_event_without_a_survey_asks_nobody() -> None:
    assert RULES.after("customer.merged") is None


def test_an_unknown_survey_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(SurveyUnknown):
        RULES.named("weather")


@pytest.mark.parametrize(
    ("old", "new"),
    [("low: 6", "low: 10"), ("events: [yearly]", "events: [claim.paid]"), ("code: claim", "code: sale")],
)
def test_a_rule_set_that_contradicts_itself_is_refused(old: str, new: str) -> None:
    assert old in SOURCE
    with pytest.raises(RuleSetBroken):
        parse(SOURCE.replace(old, new).encode(), "surveys.yaml", SurveyRules)


def test_a_survey_for_everybody_leaves_nobody_out() -> None:
    survey = RULES.named("complaint")
    assert all(rules.sampled(survey, uuid4()) for _ in range(200))


def test_a_sample_is_about_as_large_as_its_share_and_always_the_same() -> None:
    survey, events = RULES.named("sale"), [UUID(int=each) for each in range(4000)]
    drawn = [rules.sampled(survey, each) for each in events]
    assert abs(sum(drawn) / len(drawn) - survey.share) < 0.03
    assert drawn == [rules.sampled(survey, each) for each in events]


@pytest.mark.parametrize(
    ("earlier", "expected"),
    [
        ([], False),
        ([("claim", ago(89))], True),
        ([("claim", ago(91))], False),
        ([("sale", ago(91))], True),
        ([("sale", ago(181))], False),
        ([("claim", ago(400)), ("complaint", ago(1))], True),
    ],
)
def test_a_customer_is_not_asked_too_often(earlier: list[tuple[str, datetime]], *, expected: bool) -> None:
    assert rules.capped(RULES.caps, "sale", earlier, NOW) is expected


@pytest.mark.parametrize(("code", "score"), [("relationship", 11), ("relationship", -1), ("sale", 0), ("sale", None)])
def test_an_answer_off_the_scale_is_refused(code: str, score: int | None) -> None:
    with pytest.raises(ScoreInvalid):
        rules.checked(RULES.named(code), score, None, RULES.longest_comment)


def test_zero_is_an_answer_to_how_likely() -> None:
    assert rules.checked(RULES.named("relationship"), 0, "  ", 10) == (0, None)


def test_words_beyond_the_limit_are_refused() -> None:
    with pytest.raises(CommentTooLong):
        rules.checked(RULES.named("sale"), 3, "x" * 11, 10)


@pytest.mark.parametrize(
    ("code", "score", "low"), [("relationship", 6, True), ("relationship", 7, False), ("sale", 2, True)]
)
def test_a_low_answer_is_followed_up(code: str, score: int, *, low: bool) -> None:
    assert rules.is_low(RULES.named(code), score) is low


@pytest.mark.parametrize(
    ("kind", "score", "expected"),
    [
        (SurveyKind.NPS, 6, Sentiment.NEGATIVE),
        (SurveyKind.NPS, 8, Sentiment.NEUTRAL),
        (SurveyKind.NPS, 9, Sentiment.POSITIVE),
        (SurveyKind.CSAT, 3, Sentiment.NEUTRAL),
        (SurveyKind.CSAT, 4, Sentiment.POSITIVE),
        (SurveyKind.CES, 3, Sentiment.NEGATIVE),
        (SurveyKind.CES, 5, Sentiment.POSITIVE),
    ],
)
def test_the_sentiment_is_that_of_the_score(kind: SurveyKind, score: int, expected: Sentiment) -> None:
    assert rules.sentiment(kind, score) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I waited two hours in the queue.", ["waiting"]),
        ("Waiting is annoying", ["waiting"]),
        ("The monthly fees are too high, and nobody explained them", ["price", "information"]),
        ("The app crashes", ["digital"]),
        ("It took too long", ["waiting"]),
        ("It took a mile", []),
        ("排队太久，手续费太高", ["waiting", "price", "paperwork"]),
        ("客户经理很有耐心", ["staff"]),
        ("The interest is fine", []),
        (None, []),
    ],
)
def test_words_name_themes_in_both_languages(text: str | None, expected: list[str]) -> None:
    assert rules.themes(text, THEMES) == expected


@pytest.mark.parametrize(
    "forms",
    [
        ("wait", "waits", "waited", "waiting"),
        ("fee", "fees"),
        ("charge", "charges", "charged", "charging"),
        ("stop", "stops", "stopped", "stopping"),
        ("call", "calls", "called", "calling"),
        ("policy", "policies"),
        ("process", "processes", "processed"),
        ("slow", "slowly"),
    ],
)
def test_forms_of_a_word_have_one_stem(forms: tuple[str, ...]) -> None:
    assert len({rules.stem(each) for each in forms}) == 1


@settings(max_examples=300, derandomize=True)
@given(st.text(max_size=200))
def test_no_text_breaks_the_search_for_themes(text: str) -> None:
    assert set(rules.themes(text, THEMES)) <= {theme.code for theme in THEMES}


def test_a_link_says_which_survey_of_which_institution_and_nothing_else() -> None:
    tenant, survey, until = new_id(), new_id(), NOW + timedelta(days=30)
    pointed = LINKS.opened(LINKS.token(tenant, survey, until), NOW)
    assert (pointed.tenant_id, pointed.survey_id, pointed.until) == (tenant, survey, until)


def test_a_link_leads_to_where_customers_reach_us() -> None:
    assert LINKS.address(new_id(), new_id(), NOW).startswith("https://bank.example/survey/")


def test_a_link_ends() -> None:
    token = LINKS.token(new_id(), new_id(), NOW)
    with pytest.raises(LinkExpired):
        LINKS.opened(token, NOW)


def test_a_link_of_another_key_is_refused() -> None:
    token = Links.derived(b"other root", "https://bank.example").token(new_id(), new_id(), NOW + timedelta(days=1))
    with pytest.raises(LinkInvalid):
        LINKS.opened(token, NOW)


@settings(max_examples=200, derandomize=True)
@given(st.integers(min_value=0, max_value=74), st.sampled_from("ABCxyz019-_"))
def test_a_link_with_any_letter_changed_is_refused(place: int, letter: str) -> None:
    token = LINKS.token(UUID(int=7), UUID(int=9), NOW + timedelta(days=1))
    changed = token[:place] + letter + token[place + 1 :]
    if changed == token or place == len(token) - 1:
        return
    with pytest.raises(LinkInvalid):
        LINKS.opened(changed, NOW)


@given(st.text(max_size=100))
@settings(max_examples=200, derandomize=True)
def test_no_text_is_a_link_by_chance(text: str) -> None:
    with pytest.raises(LinkInvalid):
        LINKS.opened(text, NOW)
