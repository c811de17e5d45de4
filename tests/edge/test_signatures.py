"""One list of everything that waits for a second person, of whatever kind."""

from uuid import UUID

import pytest

from backend.access import appointing, signatures
from backend.access.actions import FOUR_EYES, RIGHTS
from backend.access.context import Context
from backend.access.models import Tenant
from backend.core.clock import FixedClock
from backend.core.i18n import translate
from backend.edge.platform import Platform
from backend.edge.signatures import KINDS
from tests.governance.conftest import House

LINE = "p, service_agent, *, holding, view, tenant, allow\n"


STEPS = {
    ("document", "verify"),
    ("onboarding_case", "review"),
    ("onboarding_case", "decide"),
    ("requirement", "waive"),
    ("check", "record"),
    ("check", "waive"),
    ("condition", "complete"),
    ("condition", "extend"),
}
"""Steps within a case by somebody else than who opened it: they stand in the queues, and nobody proposed them."""


@pytest.fixture
async def house(platform: Platform, tenant: Tenant, clock: FixedClock) -> House:
    made = House(platform, tenant, clock)
    await made.hire("admin", "administrator")
    await made.hire("adela", "administrator")
    await made.hire("helena", "head_of_compliance")
    await made.hire("jana", "relationship_manager")
    return made


async def seen(house: House, login: str) -> dict[UUID, tuple[str, bool]]:
    async def look(ctx: Context) -> dict[UUID, tuple[str, bool]]:
        found = await signatures.waiting(ctx, KINDS)
        return {each.id: (kind.name, each.mine) for kind, each in found}

    return await house.platform.run(house.people[login], look)


async def test_a_proposed_policy_waits_for_others_than_its_proposer(house: House) -> None:
    row = await house.ready("admin", house.files.replace(LINE, ""))
    assert (await seen(house, "adela"))[row.id] == ("ruleset", True)
    assert (await seen(house, "admin"))[row.id] == ("ruleset", False)


async def test_a_draft_waits_for_nobody(house: House) -> None:
    row = await house.propose("admin", house.files.replace(LINE, ""))
    assert row.id not in await seen(house, "adela")


async def test_a_role_waits_for_those_who_are_neither_proposer_nor_holder(house: House) -> None:
    holder = house.people["helena"].id
    row = await house.run(
        house.people["admin"], appointing.propose_role, holder_id=holder, role="product_committee", reason="Moves over"
    )
    assert (await seen(house, "adela"))[row.id] == ("role", True)
    assert (await seen(house, "helena"))[row.id] == ("role", False)
    assert (await seen(house, "admin"))[row.id] == ("role", False)


async def test_what_was_decided_waits_no_more(house: House) -> None:
    holder = (await house.hire("dana")).id
    row = await house.run(
        house.people["admin"], appointing.propose_role, holder_id=holder, role="auditor", reason="Moves over"
    )
    await house.run(house.people["helena"], appointing.reject_role, row.id)
    assert row.id not in await seen(house, "helena")


async def test_who_signs_nothing_is_shown_nothing(house: House) -> None:
    await house.ready("admin", house.files.replace(LINE, ""))
    assert await seen(house, "jana") == {}


def test_every_right_of_a_second_person_stands_behind_a_kind() -> None:
    """A new four-eyes right needs a kind of its own, or nobody finds what waits for it."""
    signed = {right for kind in KINDS for right in kind.signs}
    assert {name for name, right in RIGHTS.items() if right.requires >= FOUR_EYES} - signed == STEPS


def test_every_kind_has_a_title_in_chinese() -> None:
    assert [kind.name for kind in KINDS if translate("zh_CN", kind.title) == kind.title] == []


def test_kinds_have_names_of_their_own() -> None:
    assert len({kind.name for kind in KINDS}) == len(KINDS)
