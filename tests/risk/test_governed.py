"""Rating rule-sets under governance: refused with the line, told in words, simulated over the portfolio, then used."""

from datetime import date

import pytest

from backend.access.context import Context
from backend.core.rulesets import Policies
from backend.core.settings import Settings
from backend.governance.errors import ContentRefused
from backend.governance.models import RuleSetText, Standing
from backend.governance.texts import sha256_of
from backend.risk import queries, rulebook, service
from backend.risk.governed import RiskKind
from backend.risk.models import Cause
from tests.factories import onboarding as make
from tests.factories.rating import ORDINARY, Offers, offering

NAME = "eu-risk-based"
FOLDER = Settings().policies


def _text(name: str = NAME) -> bytes:
    return RiskKind(FOLDER).initial(_policies(), date(2026, 11, 22))[name]


def _policies() -> Policies:
    return Policies(FOLDER)


def _stricter() -> bytes:
    """High begins at 20 already."""
    return (
        _text()
        .replace(b"{code: low, from: 20, to: 32", b"{code: low, from: 20, to: 21")
        .replace(b"{code: medium, from: 32, to: 48", b"{code: medium, from: 21, to: 22")
        .replace(b"{code: high, from: 48, to: 70", b"{code: high, from: 22, to: 70")
    )


def test_every_rule_set_and_table_of_the_files_is_governed() -> None:
    names = set(RiskKind(FOLDER).initial(_policies(), date(2026, 11, 22)))
    assert names == {NAME, "cn-persons", "cn-organisations", "insurance-policyholders", "countries", "industries"}


def test_weights_that_do_not_sum_are_refused_with_their_line() -> None:
    broken = _text().replace(b"weight: 10", b"weight: 11", 1)
    with pytest.raises(ContentRefused) as refused:
        RiskKind(FOLDER).parse(NAME, broken)
    line = refused.value.params["line"]
    assert broken.decode().splitlines()[line - 1].startswith("items")
    assert "101" in refused.value.params["problem"]


def test_a_text_under_another_name_is_refused() -> None:
    with pytest.raises(ContentRefused, match="calls itself"):
        RiskKind(FOLDER).parse("cn-persons", _text())


def test_a_change_is_told_and_a_signature_is_none() -> None:
    kind = RiskKind(FOLDER)
    changes = kind.diff(kind.parse(NAME, _text()), kind.parse(NAME, _stricter()))
    assert changes
    assert all("signature" not in change.place for change in changes)
    assert kind.diff(kind.parse(NAME, _text()), kind.parse(NAME, _text())) == []


async def _progress(done: int, total: int) -> None:
    assert 0 < done <= total


async def test_a_simulation_counts_who_would_move(bank: make.Bank) -> None:
    kind = RiskKind(FOLDER)
    people = [(await make.person(bank)).party_id for _ in range(3)]
    with offering(Offers(everybody=ORDINARY)):
        document = await bank.run(
            "system", kind.simulate, kind.parse(NAME, _text()), kind.parse(NAME, _stricter()), _progress
        )
    (matrix,) = document.matrices
    assert sum(map(sum, matrix.counts)) == len(people)
    assert matrix.counts[0][2] == len(people)
    assert document.tables[-1].total == len(people)


async def test_a_table_is_simulated_by_every_rule_set_that_reads_it(bank: make.Bank) -> None:
    kind = RiskKind(FOLDER)
    await make.person(bank)
    source = _text("countries").replace(b"members: [IR, KP, MM]", b"members: [CZ, IR, KP, MM]")
    with offering(Offers(everybody=ORDINARY)):
        document = await bank.run("system", kind.simulate, None, kind.parse("countries", source), _progress)
    assert document.matrices[0].counts[0][2] == 1


async def _enact(bank: make.Bank, content: bytes) -> None:
    """The text that an approval keeps."""

    async def write(ctx: Context) -> None:
        row = RuleSetText(tenant_id=ctx.actor.tenant_id, sha256=sha256_of(content), content=content)
        async with ctx.audit("ruleset.keep", ("ruleset_text", row.id)):
            ctx.session.add(row)

    await bank.run("system", write)


async def test_what_the_institution_put_in_force_rates_from_then_on(
    bank: make.Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = await make.person(bank)
    with offering(Offers(everybody=ORDINARY)):
        await bank.run("system", service.rate, [known.party_id], Cause.REQUEST)
        before = (await bank.run("system", queries.current, [known.party_id]))[known.party_id]
        await _enact(bank, _stricter())
        standing = Standing(kind="risk", name=NAME, sha256=sha256_of(_stricter()))

        async def at(session: object, kind: str, name: str, now: object) -> Standing | None:
            return standing if name == NAME else None

        monkeypatch.setattr(rulebook.governance, "standing_at", at)
        await bank.run("system", service.rate, [known.party_id], Cause.REQUEST)
    after = (await bank.run("system", queries.current, [known.party_id]))[known.party_id]
    assert (before.level, after.level) == ("low", "high")
    replayed = await bank.run("system", service.replay, limit=10)
    assert (replayed.checked, replayed.differences) == (2, [])
