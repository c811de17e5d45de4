"""Rule-sets and roles over GraphQL, as the pages and other clients use them."""

from typing import Any

import pytest

from backend.access.context import Context
from backend.access.models import RoleGrant, StaffUser, Tenant
from backend.api.executor import Executor
from backend.api.trusted import TrustedDocuments
from backend.core.actor import Actor, system_actor
from backend.edge.platform import Platform
from backend.onboarding.dependants import CaseDependants

LINE = "p, relationship_manager, *, customer.national_id, view, clear@own_book, allow\n"
WHY = "Less to see"


class Desk:
    def __init__(self, platform: Platform, tenant: Tenant, operations: TrustedDocuments) -> None:
        self.platform, self.tenant = platform, tenant
        self.executor = Executor.open(platform, CaseDependants(), trusted=operations)
        self.people: dict[str, Actor] = {}

    async def hire(self, login: str, role: str) -> None:
        user = StaffUser(tenant_id=self.tenant.id, login=login, display_name=login.title())

        async def write(ctx: Context) -> None:
            async with ctx.audit("role.appoint", ("staff_user", user.id)):
                ctx.session.add(user)
                ctx.session.add(
                    RoleGrant(
                        tenant_id=self.tenant.id,
                        holder_id=user.id,
                        role=role,
                        granted_by=user.id,
                        valid_from=ctx.now,
                    )
                )

        await self.platform.run(system_actor(self.tenant.id, "test"), write)
        self.people[login] = Actor(user.id, self.tenant.id, "staff", frozenset({role}), "graphql", "test")

    async def ask(self, who: str, document: str, **variables: Any) -> Any:
        answer = await self.executor.run(self.people[who], document_id=f"web/{document}", variables=variables)
        assert answer.errors == (), answer.errors
        return answer.data

    async def act(self, who: str, document: str, **variables: Any) -> Any:
        return (await self.ask(who, document, **variables))["result"]

    async def draft(self, who: str = "admin") -> str:
        text = (await self.ask(who, "rule-set", kind="access", name="access"))["ruleSet"]["text"]
        given = {"kind": "access", "name": "access", "content": text.replace(LINE, ""), "reason": WHY}
        return str((await self.act(who, "rule-set-propose", **given))["id"])

    async def shown(self, who: str, proposal: str) -> Any:
        return (await self.ask(who, "rule-set-proposal", id=proposal))["ruleSetProposal"]

    async def verbs(self, who: str, proposal: str) -> set[str]:
        return {act["verb"] for act in (await self.shown(who, proposal))["acts"] if act["available"]}


@pytest.fixture
async def desk(platform: Platform, tenant: Tenant, operations: TrustedDocuments) -> Desk:
    made = Desk(platform, tenant, operations)
    roles = {
        "admin": "administrator",
        "helena": "head_of_compliance",
        "jana": "relationship_manager",
        "olga": "auditor",
        "david": "service_agent",
    }
    for login, role in roles.items():
        await made.hire(login, role)
    return made


async def test_a_change_goes_from_draft_to_force_by_two_people(desk: Desk) -> None:
    proposal = await desk.draft()
    assert (await desk.act("admin", "rule-set-simulate", id=proposal))["id"]
    assert (await desk.act("admin", "rule-set-submit", id=proposal))["id"]
    assert (await desk.act("helena", "rule-set-approve", id=proposal, note="Agreed"))["id"]
    shown = await desk.shown("olga", proposal)
    assert (shown["state"], shown["approvedBy"]["name"], shown["decisionNote"]) == ("EFFECTIVE", "Helena", "Agreed")


async def test_a_proposal_says_in_words_what_changes_and_for_whom(desk: Desk) -> None:
    proposal = await desk.draft()
    await desk.act("admin", "rule-set-simulate", id=proposal)
    shown = await desk.shown("helena", proposal)
    assert shown["changes"][0]["words"].startswith("Relationship manager loses")
    assert [line["text"] for line in shown["lines"] if line["sort"] == "REMOVED"] == [LINE.strip()]
    (table,) = shown["simulation"]["tables"]
    assert table["rows"][0]["cells"][0]["colleague"]["name"] == "Jana"


async def test_the_maker_is_not_offered_to_sign_and_the_checker_is(desk: Desk) -> None:
    proposal = await desk.draft()
    await desk.act("admin", "rule-set-simulate", id=proposal)
    await desk.act("admin", "rule-set-submit", id=proposal)
    assert await desk.verbs("admin", proposal) == {"edit", "simulate", "withdraw"}
    assert await desk.verbs("helena", proposal) == {"approve", "reject", "simulate"}
    assert await desk.verbs("olga", proposal) == set()


async def test_the_maker_who_signs_nevertheless_is_refused(desk: Desk) -> None:
    proposal = await desk.draft()
    await desk.act("admin", "rule-set-simulate", id=proposal)
    await desk.act("admin", "rule-set-submit", id=proposal)
    refused = await desk.act("admin", "rule-set-approve", id=proposal)
    assert (refused["__typename"], refused["code"]) == ("NotAllowedProblem", "access.not_allowed")


async def test_a_text_is_checked_without_being_kept(desk: Desk) -> None:
    text = (await desk.ask("admin", "rule-set", kind="access", name="access"))["ruleSet"]["text"]
    broken = text.replace(LINE, LINE + "p, king, *, customer, view, tenant, allow\n")
    given = {"kind": "access", "name": "access"}
    wrong = (await desk.ask("admin", "rule-set-check", content=broken, **given))["checkRuleSet"]
    right = (await desk.ask("admin", "rule-set-check", content=text.replace(LINE, ""), **given))["checkRuleSet"]
    assert broken.splitlines()[wrong["line"] - 1].startswith("p, king")
    assert (right["readable"], len(right["changes"])) == (True, 1)


async def test_whoever_may_not_see_rules_sees_none(desk: Desk) -> None:
    answer = await desk.executor.run(desk.people["jana"], document_id="web/rule-sets", variables={})
    assert answer.code == "access.not_allowed"


async def test_a_sensitive_role_is_proposed_and_approved(desk: Desk) -> None:
    await desk.hire("cyril", "service_agent")
    cyril = str(desk.people["cyril"].id)
    given = {"holderId": cyril, "role": "forensic_auditor", "reason": WHY}
    refused = await desk.act("admin", "role-propose", **given)
    assert refused["code"] == "role.incompatible"
    await desk.act("admin", "role-revoke", holderId=cyril, role="service_agent")
    proposed = await desk.act("admin", "role-propose", **given)
    assert proposed["state"] == "PROPOSED"
    assert (await desk.act("admin", "role-approve", id=str(proposed["id"])))["__typename"] == "NotAllowedProblem"
    assert (await desk.act("helena", "role-approve", id=str(proposed["id"])))["state"] == "GRANTED"
    shown = (await desk.ask("olga", "colleague", id=cyril))["colleague"]
    assert [role["title"] for role in shown["roles"]] == ["Forensic auditor"]


async def test_what_a_person_may_do_in_the_end_is_told(desk: Desk) -> None:
    shown = (await desk.ask("olga", "colleague", id=str(desk.people["jana"].id)))["colleague"]
    words = {right["words"] for right in shown["rights"]}
    assert "National identity number, in clear: for customers of the own book" in words
    assert not any(right["object"] == "access_policy" for right in shown["rights"])


async def test_a_colleague_is_locked_out_and_let_in(desk: Desk) -> None:
    david = str(desk.people["david"].id)
    assert (await desk.act("admin", "colleague-deactivate", id=david))["id"]
    assert (await desk.ask("admin", "colleague", id=david))["colleague"]["active"] is False
    assert (await desk.act("admin", "colleague-reactivate", id=david))["id"]


async def test_the_last_pair_of_eyes_is_not_locked_out(desk: Desk) -> None:
    refused = await desk.act("admin", "colleague-deactivate", id=str(desk.people["helena"].id))
    assert refused["code"] == "role.nobody_left"
