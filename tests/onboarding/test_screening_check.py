"""What a case is told of the search of lists: counts and codes, for everybody behind it."""

from uuid import UUID

import pytest

from backend.access.context import Context
from backend.customers.models import RelationshipKind
from backend.onboarding import queries, service
from backend.onboarding.checks.screening import judged
from backend.onboarding.models import CheckStatus
from backend.screening.alerts.findings import Standing
from backend.screening.ruleset import ListRules, list_rules
from tests.factories import onboarding as make
from tests.factories import screening

_JANA = {"S-1": "S-1,person,Jana Nováková,,1971-07-09,CZ,,,"}
_BAKERY = {"S-2": "S-2,organisation,Pekařství s.r.o.,,,CZ,,,"}


@pytest.fixture
async def rules(bank: make.Bank) -> ListRules:
    async with bank.platform.transaction(bank.system) as ctx:
        return list_rules(ctx).rules


async def _check(bank: make.Bank, case_id: UUID) -> tuple[str, list[str], dict[str, object]]:
    async with bank.platform.transaction(bank.system) as ctx:
        found = (await queries.checks_of(ctx, [case_id]))[case_id]
    row = [one for one in found if one.kind == "screening"][-1]
    return row.status, row.result["codes"], row.result


async def _listed(bank: make.Bank, entries: dict[str, str]) -> None:
    await screening.set_up(bank.platform, bank.system)
    await screening.load(bank.platform, bank.system, entries)


async def test_nobody_found_passes(bank: make.Bank) -> None:
    case = await make.in_review(bank, await make.person(bank))
    status, codes, result = await _check(bank, case.id)
    assert (status, codes, result["politically_exposed"]) == ("passed", [], False)


async def test_open_alert_leaves_the_check_open(bank: make.Bank) -> None:
    await _listed(bank, _JANA)
    case = await make.in_review(bank, await make.person(bank))
    assert (await _check(bank, case.id))[:2] == ("open", ["alert_open"])


async def test_beneficial_owner_on_a_list_holds_the_organisation(bank: make.Bank) -> None:
    await _listed(bank, _JANA)
    owner = await make.person(bank, customer=False)
    case = await make.in_review(bank, await make.organisation(bank, {owner.party_id: "0.9"}))
    status, codes, result = await _check(bank, case.id)
    assert (status, codes, result["screened"]) == ("open", ["alert_open"], 2)


async def test_director_on_a_list_holds_the_organisation(bank: make.Bank) -> None:
    await _listed(bank, _JANA)
    director = await make.person(bank, customer=False)
    case = await make.in_review(bank, await make.organisation(bank, {}, director=director.party_id))
    assert (await _check(bank, case.id))[0] == "open"


async def test_organisation_itself_is_screened(bank: make.Bank) -> None:
    await _listed(bank, _BAKERY)
    case = await make.in_review(bank, await make.organisation(bank, {}))
    assert (await _check(bank, case.id))[0] == "open"


async def test_who_works_for_somebody_else_does_not_hold_a_case(bank: make.Bank) -> None:
    await _listed(bank, _BAKERY)
    known = await make.person(bank)
    company = await make.organisation(bank, {})

    async def tie(ctx: Context) -> None:
        async with ctx.audit("relationship.record", ("party", company.party_id)):
            ctx.session.add(make.tie(bank, known.party_id, company.party_id, RelationshipKind.EMPLOYEE))

    await bank.run("system", tie)
    case = await make.in_review(bank, known)
    assert (await _check(bank, case.id))[0] == "passed"


async def test_check_answers_again_when_a_list_has_news_of_the_party(bank: make.Bank) -> None:
    case = await make.in_review(bank, known := await make.person(bank))
    await screening.load(bank.platform, bank.system, screening.ENTRIES | _JANA, code="STRANGERS")
    await screening.screen(bank.platform, bank.system)
    await bank.run("system", service.answer_again, known.party_id, "screening")
    assert (await _check(bank, case.id))[0] == "open"


@pytest.mark.parametrize(
    ("found", "status", "codes", "exposed"),
    [
        (Standing(), CheckStatus.PASSED, (), False),
        (Standing(cleared=2, suppressed=1), CheckStatus.PASSED, (), False),
        (Standing(open=1), CheckStatus.OPEN, ("alert_open",), False),
        (Standing(true_match=1, kinds=frozenset({"sanctions"})), CheckStatus.FAILED, ("listed_sanctions",), False),
        (Standing(true_match=1, kinds=frozenset({"pep"})), CheckStatus.PASSED, (), True),
        (Standing(true_match=1, kinds=frozenset({"internal"})), CheckStatus.REFERRED, ("listed_internal",), False),
        (Standing(inconclusive=1), CheckStatus.REFERRED, ("match_inconclusive",), False),
        (
            Standing(open=1, true_match=1, kinds=frozenset({"sanctions"})),
            CheckStatus.FAILED,
            ("listed_sanctions", "alert_open"),
            False,
        ),
    ],
)
def test_answer_follows_the_rule_set(
    rules: ListRules, found: Standing, status: CheckStatus, codes: tuple[str, ...], exposed: bool
) -> None:
    result = judged([Standing(), found], rules)
    assert (result.status, result.codes, result.figures["politically_exposed"]) == (status, codes, exposed)
