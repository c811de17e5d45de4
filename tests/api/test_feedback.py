"""Feedback over GraphQL: taken on the telephone, counted with its interval, closed to other books."""

import pytest

from backend.access.models import Tenant
from backend.edge.platform import Platform
from tests.api.conftest import Door
from tests.factories import onboarding as make

TAKE = """mutation ($party: UUID!, $score: Int) {
  answer: takeSurvey(partyId: $party, survey: "relationship", score: $score, comment: "I waited too long.") {
    __typename
    ... on Survey { score sentiment comment themes { code } followUp { state mayClose } party { id } }
    ... on Problem { code }
  }
}"""
OF = "query ($party: UUID!) { surveysOf(partyId: $party) { score } }"
RESULTS = """query ($since: Date!, $until: Date!, $by: String!) {
  feedbackResults(survey: "relationship", since: $since, until: $until, by: $by) {
    total { answers asked negative score { value low high } }
    groups { key answers }
    themes { code negative }
  }
}"""
PERIOD = {"since": "2026-11-01", "until": "2026-12-01"}


@pytest.fixture
async def staff(platform: Platform, tenant: Tenant) -> make.Bank:
    return await make.bank(platform, tenant)


async def test_a_low_answer_is_taken_and_asks_for_a_follow_up(door: Door, staff: make.Bank) -> None:
    party = str((await make.person(staff)).party_id)
    answer = (await door.data(TAKE, staff["rm"], party=party, score=2))["answer"]
    assert (answer["score"], answer["sentiment"], answer["comment"]) == (2, "NEGATIVE", "I waited too long.")
    assert answer["themes"] == [{"code": "waiting"}]
    assert answer["followUp"] == {"state": "OPEN", "mayClose": True}


@pytest.mark.parametrize("score", [None, 11])
async def test_an_answer_off_the_scale_is_a_problem(door: Door, staff: make.Bank, score: int | None) -> None:
    party = str((await make.person(staff)).party_id)
    assert (await door.data(TAKE, staff["rm"], party=party, score=score))["answer"]["code"] == "feedback.score"


async def test_results_are_counted_without_names_and_with_their_interval(door: Door, staff: make.Bank) -> None:
    party = str((await make.person(staff)).party_id)
    await door.data(TAKE, staff["rm"], party=party, score=2)
    found = (await door.data(RESULTS, door.somebody("product_manager"), by="team", **PERIOD))["feedbackResults"]
    assert (found["total"]["answers"], found["total"]["asked"], found["total"]["negative"]) == (1, 0, 1)
    assert found["total"]["score"]["value"] == "-100.0"
    assert found["groups"] == [{"key": "Praha", "answers": 1}]
    assert found["themes"] == [{"code": "waiting", "negative": 1}]


async def test_who_only_counts_reads_no_answer(door: Door, staff: make.Bank) -> None:
    party = str((await make.person(staff)).party_id)
    await door.data(TAKE, staff["rm"], party=party, score=2)
    assert (await door.data(OF, door.somebody("product_manager"), party=party))["surveysOf"] == []
    assert (await door.data(OF, staff["rm"], party=party))["surveysOf"] == [{"score": 2}]


async def test_an_unknown_dimension_is_refused(door: Door, staff: make.Bank) -> None:
    assert await door.codes(RESULTS, staff["auditor"], by="weather", **PERIOD) == ["feedback.dimension"]
