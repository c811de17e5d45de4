"""In which language somebody is written to: their own word first, then their country's, then the institution's."""

from datetime import date

import pytest

from backend.cli.tenants import new_tenant
from backend.core.database import Database
from backend.core.ids import new_id
from backend.core.rulesets import Policies
from backend.core.settings import Settings
from backend.customers import queries, service
from backend.customers.errors import InputInvalid
from backend.customers.inputs import PartyChanges, parse
from backend.customers.languages import language_of
from backend.customers.rulesets import LanguageRules
from backend.edge.platform import Platform
from tests.factories.customers import Alone, Bank, open_bank, person, with_roles

RULES = Policies(Settings().policies).book("customers/languages", LanguageRules).effective(date(2026, 11, 1)).rules
CHINESE_HOUSE = RULES.model_copy(update={"countries": {}, "otherwise": "zh_CN"})


@pytest.mark.parametrize(
    ("own", "country", "language"),
    [("en", "CN", "en"), ("zh_CN", "CZ", "zh_CN"), (None, "CN", "zh_CN"), (None, "CZ", "en")],
)
async def test_ones_own_language_comes_before_that_of_the_country(
    bank: Bank, own: str | None, country: str, language: str
) -> None:
    party = await bank.customer(person(country=country, correspondence_language=own))
    assert await bank.run(bank.system, language_of, party.id) == language


def test_whom_neither_names_is_written_to_in_the_institutions_language() -> None:
    assert [CHINESE_HOUSE.of(None, country) for country in ("DE", None)] == ["zh_CN", "zh_CN"]


@pytest.mark.parametrize(("country", "language"), [(None, "zh_CN"), ("DE", "en")])
async def test_without_a_country_somebody_counts_as_of_the_institutions(
    platform: Platform, database: Database, country: str | None, language: str
) -> None:
    tenant = await new_tenant(database, f"t{new_id().hex}", "Chinese Bank", "CN", "CNY")
    bank = await open_bank(platform, tenant)
    party = await bank.customer(person(country=country))
    assert await bank.run(bank.system, language_of, party.id) == language


@pytest.mark.parametrize("tag", ["zh", "zh-CN", "zh_CN", "zh-Hans"])
async def test_a_language_is_kept_under_the_products_code(bank: Bank, tag: str) -> None:
    party = await bank.customer(person(correspondence_language=tag))
    assert party.correspondence_language == "zh_CN"


def test_a_language_that_nothing_is_written_in_is_refused_by_its_field() -> None:
    with pytest.raises(InputInvalid) as refused:
        parse(PartyChanges, {"correspondence_language": "cs"})
    assert refused.value.field == "correspondence_language"


def test_a_rule_set_names_no_language_that_the_product_lacks() -> None:
    with pytest.raises(ValueError, match="no language of the product"):
        LanguageRules.model_validate({**RULES.model_dump(), "otherwise": "cs"})


async def test_it_is_edited_like_any_fact_and_can_be_taken_back(bank: Bank) -> None:
    party = await bank.customer(person(country="CZ"))
    await bank.run(bank.manager, service.edit_party, party.id, PartyChanges(correspondence_language="zh"))
    assert await bank.run(bank.system, language_of, party.id) == "zh_CN"
    await bank.run(bank.manager, service.edit_party, party.id, PartyChanges(correspondence_language=None))
    assert await bank.run(bank.system, language_of, party.id) == "en"


@pytest.mark.parametrize(("role", "shown"), [("service_agent", True), ("auditor", True), ("risk_analyst", False)])
async def test_it_is_read_for_who_may_see_the_field(bank: Bank, role: str, shown: bool) -> None:
    party = await bank.customer(person(correspondence_language="zh_CN"))
    found = await bank.run(with_roles(bank.agent, role), queries.correspondence_languages_of, [party.id])
    assert found == ({party.id: "zh_CN"} if shown else {})


@pytest.mark.parametrize(("kept", "lost", "left"), [(None, "zh_CN", "zh_CN"), ("en", "zh_CN", "en")])
async def test_the_survivor_of_a_merge_keeps_its_language_or_takes_the_others(
    bank: Bank, kept: str | None, lost: str, left: str
) -> None:
    first = await bank.customer(person(correspondence_language=kept))
    second = await bank.customer(person("Novák Jan", correspondence_language=lost))
    case = await bank.run(bank.manager, service.propose_merge, first.id, second.id, first.id)
    await bank.platform.run(bank.officer, lambda ctx: service.approve_merge(ctx, case.id, Alone()), serializable=True)
    assert (await bank.run(bank.officer, queries.party_view, first.id)).correspondence_language == left


async def test_a_common_language_makes_nobody_alike(bank: Bank) -> None:
    await bank.customer(person(correspondence_language="zh_CN"))
    await bank.customer(person("Eva Malá", correspondence_language="zh_CN"))
    assert (await bank.run(bank.officer, queries.duplicates)).items == ()
