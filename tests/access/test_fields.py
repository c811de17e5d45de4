from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from backend.access.actions import FIELDS
from backend.access.fields import Visibility, show
from backend.access.policy import AccessPolicy
from backend.access.scopes import Facts
from backend.core.actor import Actor

MakeActor = Callable[..., Actor]
NAMES = [name.removeprefix("customer.") for name in FIELDS]
SOMEBODY = UUID("01900000-0000-7000-8000-0000000000ff")


def test_own_customers_are_clear_and_a_colleagues_are_recognisable(policy: AccessPolicy, actor: MakeActor) -> None:
    who = actor("relationship_manager")
    plan = policy.plan(who, "customer", ["name", "phone", "national_id"])
    own = plan.of(Facts(tenant_id=who.tenant_id, manager_id=who.id, team_id=who.team_id))
    colleagues = plan.of(Facts(tenant_id=who.tenant_id, manager_id=SOMEBODY, team_id=who.team_id))
    assert dict(own) == dict.fromkeys(("name", "phone", "national_id"), Visibility.CLEAR)
    assert dict(colleagues) == {
        "name": Visibility.CLEAR,
        "phone": Visibility.MASK,
        "national_id": Visibility.HIDDEN,
    }


def test_a_field_never_visible_is_not_selected(policy: AccessPolicy, actor: MakeActor) -> None:
    plan = policy.plan(actor("service_agent"), "customer", NAMES)
    assert plan.selected.isdisjoint({"note", "compliance_note", "document_content", "source_of_funds"})
    assert plan.clear == {"name", "city", "language", "registration_number"}


def test_a_denial_for_the_tenant_empties_the_plan(policy: AccessPolicy, actor: MakeActor) -> None:
    assert policy.plan(actor("administrator", "compliance_officer"), "customer", NAMES).selected == frozenset()


def test_a_denial_of_limited_scope_leaves_the_field_selected(
    write_policy: Callable[..., AccessPolicy], actor: MakeActor
) -> None:
    policy = write_policy(
        "p, auditor, *, customer.name, view, clear@tenant, allow",
        "p, auditor, *, customer.name, view, mask@own_book, deny",
    )
    who = actor("auditor")
    plan = policy.plan(who, "customer", ["name"])
    own, other = (Facts(tenant_id=who.tenant_id, manager_id=manager) for manager in (who.id, SOMEBODY))
    assert plan.selected == {"name"}
    assert (plan.of(own)["name"], plan.of(other)["name"]) == (Visibility.HIDDEN, Visibility.CLEAR)


people = st.none() | st.sampled_from([SOMEBODY, UUID("01900000-0000-7000-8000-00000000000b")])


@seed(20261122)
@settings(max_examples=60, deadline=None)
@given(placed=st.tuples(people, people, st.booleans()), data=st.data())
def test_plan_says_of_every_row_what_visibility_says(
    policy: AccessPolicy,
    actor: MakeActor,
    placed: tuple[UUID | None, UUID | None, bool],
    data: st.DataObject,
) -> None:
    manager, referrer, in_team = placed
    names = data.draw(st.lists(st.sampled_from(sorted(policy.roles.known)), min_size=1, max_size=3))
    who = actor(*names)
    facts = Facts(
        tenant_id=who.tenant_id, manager_id=manager, referred_by=referrer, team_id=who.team_id if in_team else None
    )
    plan = policy.plan(who, "customer", NAMES)
    for _ in range(2):
        assert plan.of(facts) == {name: policy.visibility(who, f"customer.{name}", facts) for name in NAMES}
    assert all(plan.of(facts)[name] <= plan.best[name] for name in NAMES)


@pytest.mark.parametrize(
    ("name", "value", "seen"),
    [
        ("customer.name", "王小明", ("王小明", "王•••", None)),
        ("customer.birth_date", date(1985, 3, 9), (date(1985, 3, 9), "1985-••-••", None)),
        ("customer.note", "prefers calls", ("prefers calls", None, None)),
        ("customer.name", None, (None, None, None)),
    ],
)
def test_show_gives_the_value_its_mask_or_nothing(name: str, value: object, seen: tuple[object, ...]) -> None:
    order = (Visibility.CLEAR, Visibility.MASK, Visibility.HIDDEN)
    assert tuple(show(name, value, visibility) for visibility in order) == seen  # type: ignore[arg-type]
