"""The main flows of an institution, through its services and doors, with a canary in every personal field."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text as sql

from backend.access import emergency, second_factor
from backend.access.context import Context
from backend.core.actor import Actor
from backend.core.errors import TenureError
from backend.core.ids import new_id
from backend.customers import inputs
from backend.customers import service as customers
from backend.edge.platform import Platform
from backend.holdings.intake import NewAccount, NewHolder, NewMovement, NewOrder, record_accounts, record_movements
from backend.jobs.importing import import_customers
from backend.jobs.schedule import Schedule, job_app
from backend.onboarding import service as onboarding
from backend.onboarding.models import Decision, Signature
from backend.reviews.models import Answer, Review, ReviewAnswer, ReviewTrigger, TriggerKind
from backend.rights import service as rights
from backend.rights.models import RequestKind
from backend.risk import queries
from backend.risk import service as risk
from backend.risk.models import Cause
from backend.screening.alerts import service as alerts
from backend.screening.alerts.findings import record_findings
from tests.api.canaries import open_word, word
from tests.api.conftest import PERSON
from tests.factories import onboarding as make
from tests.factories.alerts import Listed, Screener, entity
from tests.factories.rating import ORDINARY, Offers, offering

BORN, PASSPORT, PHONE = "1931-07-17", "ZYX90871234", "+420603998127"
ACCOUNT, PAYEE, COUNTERPARTY, TAX = "8273645501928374", "5544332211009988", "9081726354012938", "CZ7311170987654"
SEARCH = "query ($text: String!) { searchParties(text: $text) { edges { node { id } } } }"
CONTENT = b"%PDF-1.7\n% " + word(90).encode() + b"\ntrailer<<>>\n%%EOF\n"
_LATER = timedelta(days=90)
APPROVE = (
    Decision.APPROVE_WITH_CONDITIONS,
    ["met_with_conditions"],
    [onboarding.ConditionInput("provide_tax_number", date(2027, 1, 31))],
)


@dataclass
class Flows:
    """`heard` is what others were told; `actor` is who the GraphQL door takes its caller for."""

    bank: make.Bank
    screener: Screener
    client: httpx.AsyncClient
    heard: list[tuple[str, bytes]] = field(default_factory=list)
    actor: Actor | None = None

    async def run(self, login: str, verb: Any, *args: Any, **options: Any) -> Any:
        return await self.bank.run(login, verb, *args, **options)

    async def all(self, folder: Path) -> None:
        party = await self.person()
        await self.documents(party)
        await self.case(party)
        await self.screening(party)
        await self.rating(party)
        await self.reviews(party)
        await self.holdings(party)
        await self.run(
            "officer",
            rights.receive,
            party,
            rights.RequestInput(kind=RequestKind.CORRECTION, channel="branch", details=word(20)),
        )
        await self.colleagues()
        await self.file(folder)
        await self.errors(party)
        await self.strangers()

    async def person(self) -> UUID:
        given = {
            "kind": "person",
            "names": [{"full_name": f"{word(1)} {word(2)}", "given_name": word(1), "family_name": word(2)}],
            "source": "branch",
            "source_ref": open_word(0),
            "birth_date": BORN,
            "occupation": open_word(1),
            "region": open_word(2),
            "country": "CZ",
            "identifiers": [{"type": "passport", "country": "CZ", "value": PASSPORT}],
            "addresses": [{"kind": "home", "text": f"{word(3)} 17", "country": "CZ", "region": open_word(3)}],
            "contacts": [{"kind": "email", "value": f"{word(4)}@example.cz"}, {"kind": "phone", "value": PHONE}],
            "countries": [{"kind": "tax_residency", "country": "CZ", "tax_number": TAX}],
            "relation": {"manager_id": str(self.bank["rm"].id), "team_id": str(self.bank.team_id)},
        }
        party = await self.run("rm", customers.record_party, inputs.parse(inputs.PartyInput, given))
        return UUID(str(party.id))

    async def documents(self, party: UUID) -> None:
        told = {"type": "proof_of_address", "number": word(5), "file_name": f"{word(6)}.pdf"}
        given = inputs.parse(inputs.DocumentInput, told)
        await self.run("rm", customers.upload_document, party, given, CONTENT)

    async def case(self, party: UUID) -> None:
        """One case asks for more, another is approved; each with words of its own."""
        asked = await make.in_review(self.bank, make.Known(party, None))
        wanted = ["identity_document"]
        await self.run("officer", onboarding.request_information, asked.id, requirements=wanted, message=word(7))
        papers = ("passport", "proof_of_address", "source_of_funds")
        risky = await make.person(self.bank, nationality="IR", country="IR", papers=papers)
        case = await make.in_review(self.bank, risky)
        await self.run("officer", onboarding.propose_decision, case.id, *APPROVE)
        await self.run("officer2", onboarding.sign, case.id, Signature.APPROVE, note=word(8))

    async def screening(self, party: UUID) -> None:
        """The entry of the list spells the name in its own way: that spelling is the list's, and no secret."""
        listed, name = Listed(), f"{word(1)} {word(2)}"
        finding = self.screener.finding(listed, entity(f"{word(1)[:-1]} {word(2)[:-1]}"), name)
        told: dict[str, Any] = {"trigger": "rescan", "versions": {listed.id: listed.version}}
        await self.run("system", record_findings, party, b"facts", [finding], **told)
        (alert,) = await self.screener.alerts(party_id=party)
        await self.run("officer", alerts.take, alert.id)
        await self.run("officer", alerts.comment, alert.id, word(9))

    async def rating(self, party: UUID) -> None:
        until = self.bank.platform.clock().date() + _LATER
        with offering(Offers(everybody=ORDINARY)):
            await self.run("system", risk.rate, [party], Cause.REQUEST)
            current = (await self.run("system", queries.current, [party]))[party]
            level = "high" if current.level != "high" else "medium"
            told = {"level": level, "reason": "new_information", "note": word(10), "expires_on": until}
            await self.run("officer", risk.propose, party, **told)

    async def reviews(self, party: UUID) -> None:
        await self.run("system", _review, party)

    async def holdings(self, party: UUID) -> None:
        order = NewOrder("o-1", "YZ", PAYEE, Decimal("10.00"), None)
        account = NewAccount(
            "a-1",
            ACCOUNT,
            "account",
            "CZK",
            None,
            None,
            date(2020, 1, 1),
            (NewHolder(party, "owner"),),
            (),
            (),
            (order,),
        )
        await self.run("system", record_accounts, [account])
        await self.run("system", _move, party)

    async def colleagues(self) -> None:
        await self.run("lead", second_factor.begin, "Test Bank")
        asked: dict[str, Any] = {"role": "emergency_reader", "reason": "fraud_in_progress", "minutes": 15}
        agent = make.in_role(self.bank["rm"], "service_agent")
        await self.bank.platform.run(agent, lambda ctx: emergency.open_access(ctx, words=word(11), **asked))

    async def file(self, folder: Path) -> None:
        """One row that is taken, and rows of every kind that is not, whose problems are kept."""
        path = folder / "customers.csv"
        rows = [
            "record,ref,name,birth_date,country,email,phone,cz_birth_number,passport,passport_country",
            f"person,m-1,{word(30)} {word(31)},1960-01-02,CZ,{word(32)}@example.cz,,,,",
            f"person,m-2,{word(33)},{word(34)},CZ,,,,,",
            f"person,m-3,{word(35)},1960-01-02,{word(36)},,,,,",
            f"person,m-4,{word(37)},1960-01-02,CZ,{word(38)},,,,",
            f"person,m-5,{word(39)},1960-01-02,CZ,,{word(40)},,,",
            f"person,m-6,{word(41)},1960-01-02,CZ,,,{word(42)},,",
        ]
        path.write_text("\n".join(rows), encoding="utf-8")
        platform = self.bank.platform
        await import_customers(platform, self.bank.system, path, jurisdiction="CZ", progress=lambda *_: None)

    async def errors(self, party: UUID) -> None:
        """Bad input by the services and through the door; the answer may show the sender what was sent, nobody else."""
        for bad in (
            {"birth_date": word(50)},
            {"country": word(51)},
            {"contacts": [{"kind": "email", "value": word(52)}]},
            {"contacts": [{"kind": "phone", "value": word(53)}]},
            {"identifiers": [{"type": "cz_birth_number", "country": "CZ", "value": word(54)}]},
            {word(55).lower(): word(55)},
        ):
            with pytest.raises(TenureError):
                await self._record({"names": [{"full_name": f"{word(56)} {word(57)}"}], **bad})
        for variables in (
            {"kind": word(60), "names": []},
            {"kind": "PERSON", "source": "branch", "names": [{"fullName": word(61)}], "birthDate": word(62)},
            {"kind": "PERSON", "source": "branch", "names": [{"fullName": word(63) * 40}]},
            {"kind": "PERSON", "source": word(64) + "\x00", "names": [{"fullName": word(65) + "\x00"}]},
        ):
            await self.post("rm", PERSON, {"input": variables})
        told = inputs.parse(inputs.DocumentInput, {"type": "proof_of_address", "file_name": f"{word(66)}.exe"})
        with pytest.raises(TenureError):
            await self.run("rm", customers.upload_document, party, told, b"MZ" + word(67).encode())

    async def _record(self, given: dict[str, Any]) -> None:
        whole = {"kind": "person", "source": "branch", **given}
        await self.run("rm", customers.record_party, inputs.parse(inputs.PartyInput, whole))

    async def strangers(self) -> None:
        """What somebody is told who may not see these customers: another relationship manager, and a partner."""
        for login in ("rm2", "auditor"):
            response = await self.post(login, SEARCH, {"text": "nobody at all"})
            self.heard.append((f"answer to {login}", response.content))

    async def post(self, login: str, query: str, variables: dict[str, Any]) -> httpx.Response:
        self.actor = self.bank[login]
        response = await self.client.post("/graphql", json={"query": query, "variables": variables})
        assert response.status_code != HTTPStatus.FORBIDDEN, "a document that nobody trusts reaches no service"
        return response


async def _review(ctx: Context, party: UUID) -> None:
    """Written as the services of reviews write them."""
    await ctx.vault.load([party])
    rows = [new_id() for _ in range(3)]
    seal = ctx.vault.seal
    about = {"tenant_id": ctx.actor.tenant_id, "party_id": party}
    review = Review(
        id=rows[0],
        **about,
        cause="periodic",
        level="low",
        depth="standard",
        four_eyes=False,
        ruleset="0" * 64,
        since=ctx.now,
        opened_at=ctx.now,
        due_at=ctx.now,
        note=seal("review", "note", rows[0], party, word(12)),
        information_note=seal("review", "information_note", rows[0], party, word(13)),
    )
    trigger = ReviewTrigger(
        id=rows[1],
        **about,
        review_id=review.id,
        kind=TriggerKind.PERIODIC,
        source="canary",
        occurred_on=ctx.now.date(),
        noted_at=ctx.now,
        noted_by=ctx.actor.id,
        note=seal("review_trigger", "note", rows[1], party, word(14)),
    )
    answer = ReviewAnswer(
        id=rows[2],
        **about,
        review_id=review.id,
        question="identity",
        answer=Answer.SATISFIED,
        answered_by=ctx.actor.id,
        answered_at=ctx.now,
        note=seal("review_answer", "note", rows[2], party, word(15)),
    )
    async with ctx.audit("customer.edit", ("party", party)):
        ctx.session.add(review)
        await ctx.session.flush()
        ctx.session.add_all([trigger, answer])


async def _move(ctx: Context, party: UUID) -> None:
    account = await ctx.session.scalar(sql("SELECT id FROM account WHERE source_ref = 'a-1'"))
    moved = NewMovement(
        "t-1",
        account,
        party,
        date(2020, 2, 1),
        "debit",
        None,
        Decimal("5.00"),
        Decimal("5.00"),
        "CZK",
        None,
        "YZ",
        COUNTERPARTY,
    )
    await record_movements(ctx, new_id(), [moved])


async def work_off(platform: Platform) -> None:
    """Every event becomes jobs, every job runs; what the queue remembers of them is kept."""
    app = job_app(platform.database)
    Schedule(platform, app)
    async with app.open_async():
        for _ in range(2):
            await app.configure_task("outbox.dispatch").defer_async(timestamp=0)
            await app.run_worker_async(wait=False, install_signal_handlers=False)
