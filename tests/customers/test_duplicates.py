"""Which pairs look like one party, and why; and that merging loses nothing."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from backend.access.errors import NotAllowed
from backend.core.rulesets import load
from backend.customers import queries, service
from backend.customers.duplicates import COMPARISONS, Subject, compare
from backend.customers.errors import MergeBlockedByCases, MergeKinds, MergeSamePartyTwice, MergeState, PartyClosed
from backend.customers.inputs import DocumentInput, IdentifierInput, PartyChanges, RelationshipInput, StakeInput
from backend.customers.models import PartyKind
from backend.customers.rulesets import DuplicateRules
from tests.factories.customers import BIRTH_NUMBER, BORN, Alone, Bank, organisation, person

RULES = load(Path("policies/customers/duplicates/2026-01.yaml"), DuplicateRules).rules
PDF = b"%PDF-1.7 a scanned page"


def subject(*names: str, **given: object) -> Subject:
    return Subject(kind=PartyKind.PERSON, names=frozenset(names), **given)


def comparisons(first: Subject, second: Subject) -> set[str]:
    return {item.comparison for item in compare(first, second, RULES).evidence}


def test_every_weight_belongs_to_a_comparison() -> None:
    assert (RULES.persons.keys() | RULES.organisations.keys()) <= COMPARISONS.keys()


@pytest.mark.parametrize("other", ["Novák Jan", "JAN NOVAK", "jan  novák"])
def test_case_accents_and_order_make_no_other_name(other: str) -> None:
    assert comparisons(subject("Jan Novák"), subject(other)) == {"same_name"}


def test_pinyin_answers_to_characters() -> None:
    assert comparisons(subject("王小明"), subject("Wang Xiaoming")) == {"same_words"}


def test_a_missing_fact_is_no_evidence() -> None:
    assert comparisons(subject("Jan Novák", birth_date=BORN), subject("Eva Malá")) == set()


def test_another_birth_number_speaks_against() -> None:
    first = subject("Jan Novák", identifiers=frozenset({("cz_birth_number", "CZ", "1")}))
    second = subject("Jan Novák", identifiers=frozenset({("cz_birth_number", "CZ", "2")}))
    assert compare(first, second, RULES).score == 0


def test_a_name_alone_is_not_suspicious_and_with_the_birth_date_is() -> None:
    alone = compare(subject("Jan Novák"), subject("Jan Novák"), RULES)
    dated = compare(subject("Jan Novák", birth_date=BORN), subject("Jan Novák", birth_date=BORN), RULES)
    assert alone.score < RULES.review <= dated.score


_subjects = st.builds(
    Subject,
    kind=st.sampled_from(list(PartyKind)),
    names=st.frozensets(st.sampled_from(["Jan Novák", "Novak Jan", "王小明", "Wang Xiaoming", "J Novák"]), max_size=2),
    birth_date=st.sampled_from([None, BORN, BORN.replace(day=1)]),
    gender=st.sampled_from([None, "male", "female"]),
    country=st.sampled_from([None, "CZ", "CN"]),
    identifiers=st.frozensets(st.tuples(st.just("passport"), st.just("CZ"), st.sampled_from("ab")), max_size=2),
    emails=st.frozensets(st.sampled_from("xy"), max_size=2),
)


@settings(max_examples=200, derandomize=True)
@given(_subjects, _subjects)
def test_comparing_is_symmetric_and_bounded(first: Subject, second: Subject) -> None:
    match = compare(first, second, RULES)
    assert match == compare(second, first, RULES)
    assert 0 <= match.score <= 100


async def _pair(bank: Bank) -> tuple[object, object]:
    first = await bank.customer(
        person(birth_date=BORN.isoformat(), contacts=[{"kind": "email", "value": "jan@example.com"}])
    )
    second = await bank.customer(
        person(
            "Novák Jan", birth_date=BORN.isoformat(), identifiers=[{"type": "cz_birth_number", "value": BIRTH_NUMBER}]
        )
    )
    return first, second


async def test_a_likely_duplicate_is_noted_on_entry(bank: Bank) -> None:
    first, second = await _pair(bank)
    page = await bank.run(bank.officer, queries.duplicates)
    assert [(pair.first.id, pair.second.id, pair.score) for pair in page.items] == [(first.id, second.id, 70)]
    assert [item["comparison"] for item in page.items[0].evidence] == ["same_name", "same_birth_date"]


async def test_the_same_identifier_is_noticed_when_it_is_added_later(bank: Bank) -> None:
    await bank.customer(person(identifiers=[{"type": "cz_birth_number", "value": BIRTH_NUMBER}]))
    other = await bank.customer(person("Johann Neumann"))
    given = IdentifierInput(type="cz_birth_number", value="7103192745")
    await bank.run(bank.manager, service.add_identifier, other.id, given)
    page = await bank.run(bank.officer, queries.duplicates)
    assert [item["comparison"] for item in page.items[0].evidence] == ["same_identifier"]


async def test_unlike_parties_make_no_case(bank: Bank) -> None:
    await bank.customer()
    await bank.customer(person("Eva Malá"))
    assert (await bank.run(bank.officer, queries.duplicates)).items == ()


async def test_a_dismissed_pair_is_not_raised_again(bank: Bank) -> None:
    _, second = await _pair(bank)
    case = (await bank.run(bank.officer, queries.duplicates)).items[0]
    await bank.run(bank.officer, service.dismiss_merge, case.id)
    await bank.run(bank.manager, service.edit_party, second.id, PartyChanges(birth_date=None))
    await bank.run(bank.manager, service.edit_party, second.id, PartyChanges(birth_date=BORN))
    assert (await bank.run(bank.officer, queries.duplicates)).items == ()


async def _proposed(bank: Bank) -> tuple[object, object, object]:
    first, second = await _pair(bank)
    case = await bank.run(bank.manager, service.propose_merge, first.id, second.id, first.id)
    return first, second, case


async def test_the_proposer_cannot_approve(bank: Bank) -> None:
    first, second = await _pair(bank)
    case = await bank.run(bank.officer, service.propose_merge, first.id, second.id, first.id)
    with pytest.raises(NotAllowed):
        await bank.run(bank.officer, service.approve_merge, case.id, Alone())


async def test_the_database_itself_refuses_one_pair_of_eyes(bank: Bank) -> None:
    _, _, case = await _proposed(bank)

    async def cheat(ctx) -> None:
        async with ctx.audit("customer.merge.approve", ("merge_case", case.id)) as entry:
            await ctx.session.execute(
                text("UPDATE merge_case SET decided_by = proposed_by, ver = ver + 1, entry_id = :e WHERE id = :id"),
                {"e": entry, "id": case.id},
            )

    with pytest.raises(DBAPIError, match="four_eyes"):
        async with bank.platform.transaction(bank.system) as ctx:
            await cheat(ctx)


async def test_the_survivor_takes_everything_over(bank: Bank) -> None:
    first, second, case = await _proposed(bank)
    paper = DocumentInput(type="contract", file_name="Smlouva Novák.pdf", number="7/2026")
    document = await bank.run(bank.manager, service.upload_document, second.id, paper, PDF)
    child = await bank.customer(person("Malý Novák"))
    tie = RelationshipInput(from_id=second.id, to_id=child.id, kind="guardian")
    await bank.run(bank.manager, service.add_relationship, tie)
    await bank.platform.run(bank.officer, lambda ctx: service.approve_merge(ctx, case.id, Alone()), serializable=True)
    view = await bank.run(bank.manager, queries.party_view, first.id)
    assert [identifier.value for identifier in view.identifiers] == ["7103192745"]
    assert [contact.value for contact in view.contacts] == ["jan@example.com"]
    assert {(name.full_name, name.kind) for name in view.names} == {("Jan Novák", "legal"), ("Novák Jan", "alias")}
    assert [(tie.from_id, tie.to_id, tie.kind) for tie in view.relationships] == [(first.id, child.id, "guardian")]
    assert [(paper.file_name, paper.number) for paper in view.documents] == [("Smlouva Novák.pdf", "7/2026")]
    download = await bank.run(bank.manager, service.download_document, document.id)
    assert download.content == PDF
    loser = await bank.run(bank.manager, queries.party_view, second.id)
    assert (loser.status, loser.merged_into_id, loser.customer.stage) == ("merged", first.id, "exited")


async def test_commitments_and_history_survive_a_merge(bank: Bank) -> None:
    first, second, case = await _proposed(bank)

    async def commitments() -> list[str]:
        async with bank.platform.transaction(bank.system) as ctx:
            query = text("SELECT \"row\"->'value'->>'c' FROM record_version WHERE table_name = :t ORDER BY ver")
            return list(await ctx.session.scalars(query, {"t": "party_identifier"}))

    before = await commitments()
    await bank.run(bank.officer, service.approve_merge, case.id, Alone())
    assert before * 2 == await commitments()
    assert second.id != first.id


async def test_a_merged_party_is_found_no_more_and_its_data_find_the_survivor(bank: Bank) -> None:
    first, _, case = await _proposed(bank)
    await bank.run(bank.officer, service.approve_merge, case.id, Alone())
    assert [hit.id for hit in await bank.run(bank.officer, queries.by_identifier, BIRTH_NUMBER)] == [first.id]
    assert [hit.id for hit in (await bank.run(bank.officer, queries.search, "novák jan")).items] == [first.id]


async def test_a_merged_party_cannot_be_changed(bank: Bank) -> None:
    _, second, case = await _proposed(bank)
    await bank.run(bank.officer, service.approve_merge, case.id, Alone())
    with pytest.raises(PartyClosed):
        await bank.run(bank.manager, service.edit_party, second.id, PartyChanges(country="DE"))


async def test_capabilities_above_are_told_who_survived(bank: Bank) -> None:
    first, second, case = await _proposed(bank)
    above = Alone()
    await bank.run(bank.officer, service.approve_merge, case.id, above)
    assert above.followed == [(second.id, first.id)]


async def test_two_open_cases_block_the_merge(bank: Bank) -> None:
    first, second, case = await _proposed(bank)
    with pytest.raises(MergeBlockedByCases):
        await bank.run(bank.officer, service.approve_merge, case.id, Alone({first.id, second.id}))
    await bank.run(bank.officer, service.approve_merge, case.id, Alone({second.id}))


async def test_a_merge_is_approved_once(bank: Bank) -> None:
    _, _, case = await _proposed(bank)
    await bank.run(bank.officer, service.approve_merge, case.id, Alone())
    with pytest.raises(MergeState):
        await bank.run(bank.second_officer, service.approve_merge, case.id, Alone())


async def test_a_person_and_an_organisation_are_never_one(bank: Bank) -> None:
    first, second = await bank.customer(), await bank.customer(organisation())
    with pytest.raises(MergeKinds):
        await bank.run(bank.manager, service.propose_merge, first.id, second.id, first.id)
    with pytest.raises(MergeSamePartyTwice):
        await bank.run(bank.manager, service.propose_merge, first.id, first.id, first.id)


async def test_the_same_stake_recorded_with_both_is_counted_once(bank: Bank) -> None:
    first, second = await _pair(bank)
    firm = await bank.customer(organisation())
    for owner in (first, second):
        stake = StakeInput(owner_id=owner.id, owned_id=firm.id, kind="shares", fraction="0.4")
        await bank.run(bank.manager, service.add_stake, stake)
    case = await bank.run(bank.manager, service.propose_merge, first.id, second.id, first.id)
    await bank.run(bank.officer, service.approve_merge, case.id, Alone())
    view = await bank.run(bank.manager, queries.beneficial_owners, firm.id)
    assert [(owner.party_id, float(owner.interest)) for owner in view.owners] == [(first.id, 0.4)]
