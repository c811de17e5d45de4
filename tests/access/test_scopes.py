from collections.abc import Callable, Iterator
from dataclasses import fields
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st
from sqlalchemy import ARRAY, Column, Connection, Engine, Integer, MetaData, Table, Text, Uuid, insert, select

from backend.access.actions import RIGHTS
from backend.access.policy import AccessPolicy
from backend.access.scopes import SCOPES, Expression, Facts, ScopeColumns, ScopeError
from backend.core.actor import Actor

PEOPLE = [UUID(int=number) for number in range(1, 5)]
TENANTS = [UUID(int=number) for number in range(100, 102)]
TEAMS = [UUID(int=number) for number in range(200, 202)]
ROLES = ["relationship_manager", "compliance_officer", "service_agent"]

RECORDS = Table(
    "record",
    MetaData(),
    Column("place", Integer, primary_key=True),
    *(Column(f.name, Uuid) for f in fields(Facts) if f.name not in {"deciders", "queue_role"}),
    Column("deciders", ARRAY(Uuid)),
    Column("queue_role", Text),
    prefixes=["TEMPORARY"],
)
COLUMNS = ScopeColumns(**{f.name: RECORDS.c[f.name] for f in fields(ScopeColumns)})

person = st.none() | st.sampled_from(PEOPLE)
facts = st.builds(
    Facts,
    tenant_id=st.none() | st.sampled_from(TENANTS),
    manager_id=person,
    team_id=st.none() | st.sampled_from(TEAMS),
    referred_by=person,
    owner_id=person,
    maker_id=person,
    subject_id=person,
    deciders=st.none() | st.frozensets(st.sampled_from(PEOPLE), max_size=3),
    queue_role=st.none() | st.sampled_from(ROLES),
)
actors = st.builds(
    Actor,
    id=st.sampled_from(PEOPLE),
    tenant_id=st.sampled_from(TENANTS),
    type=st.just("staff"),
    roles=st.frozensets(st.sampled_from(ROLES), max_size=2),
    channel=st.just("web"),
    request_id=st.just("request"),
    team_id=st.none() | st.sampled_from(TEAMS),
)


@pytest.fixture(scope="module")
def connection(postgres: Engine) -> Iterator[Connection]:
    with postgres.connect() as open_connection:
        RECORDS.create(open_connection)
        yield open_connection


def store(connection: Connection, generated: list[Facts]) -> None:
    rows = [
        {f.name: getattr(one, f.name) for f in fields(Facts)}
        | {"place": place, "deciders": None if one.deciders is None else list(one.deciders)}
        for place, one in enumerate(generated)
    ]
    connection.execute(RECORDS.delete())
    connection.execute(insert(RECORDS), rows)


def answers(connection: Connection, clause: Any) -> list[bool | None]:
    return list(connection.scalars(select(clause).select_from(RECORDS).order_by(RECORDS.c.place)))


many = st.lists(facts, min_size=40, max_size=60)


@seed(20261122)
@settings(max_examples=30, deadline=None)
@given(actor=actors, generated=many)
def test_every_scope_says_the_same_in_python_and_sql(
    connection: Connection, actor: Actor, generated: list[Facts]
) -> None:
    store(connection, generated)
    for scope in SCOPES.values():
        expected = [scope.truth(actor, one) for one in generated]
        assert answers(connection, scope.clause(actor, COLUMNS)) == expected, scope.name


@seed(20261122)
@settings(max_examples=6, deadline=None)
@given(actor=actors, generated=many)
def test_where_selects_exactly_the_records_that_decide_allows(
    connection: Connection, policy: AccessPolicy, actor: Actor, generated: list[Facts]
) -> None:
    store(connection, generated)
    for obj, action in RIGHTS:
        clause = policy.clause(actor, action, obj, COLUMNS)
        found = set(connection.scalars(select(RECORDS.c.place).where(clause)))
        assert found == {
            place for place, one in enumerate(generated) if policy.decide(actor, action, obj, one).allowed
        }, (obj, action)


@seed(20261122)
@settings(max_examples=25, deadline=None)
@given(actor=actors, generated=many)
def test_where_with_a_denial_of_limited_scope_selects_what_decide_allows(
    connection: Connection,
    write_session_policy: Callable[[], AccessPolicy],
    actor: Actor,
    generated: list[Facts],
) -> None:
    policy = write_session_policy()
    store(connection, generated)
    found = set(connection.scalars(select(RECORDS.c.place).where(policy.clause(actor, "view", "customer", COLUMNS))))
    assert found == {i for i, one in enumerate(generated) if policy.decide(actor, "view", "customer", one).allowed}


@pytest.fixture(scope="module")
def write_session_policy(tmp_path_factory: pytest.TempPathFactory, policy_directory: Any) -> Callable[[], AccessPolicy]:
    directory = tmp_path_factory.mktemp("policy")
    for name in ("model.conf", "roles.csv"):
        (directory / name).write_bytes((policy_directory / name).read_bytes())
    (directory / "policy.csv").write_text(
        "p, employee, *, customer, view, tenant, allow\n"
        "p, service_agent, *, customer, view, team&not_maker, deny\n"
        "p, compliance_officer, *, customer, view, own_book, deny\n",
        "utf-8",
    )
    loaded = AccessPolicy.load(directory)
    return lambda: loaded


@pytest.mark.parametrize("name", [name for name, scope in SCOPES.items() if scope.kind == "placing"])
def test_no_placing_scope_reaches_into_another_tenant(name: str) -> None:
    me, team = PEOPLE[0], TEAMS[0]
    actor = Actor(me, TENANTS[0], "staff", frozenset(ROLES), "web", "r", team)
    mine = Facts(tenant_id=TENANTS[0], manager_id=me, team_id=team, referred_by=me, owner_id=me, queue_role=ROLES[0])
    theirs = Facts(tenant_id=TENANTS[1], manager_id=me, team_id=team, referred_by=me, owner_id=me, queue_role=ROLES[0])
    assert (SCOPES[name].holds(actor, mine), SCOPES[name].holds(actor, theirs)) == (True, False)


@pytest.mark.parametrize("name", SCOPES)
def test_a_scope_fails_closed_when_nothing_is_known(name: str) -> None:
    actor = Actor(PEOPLE[0], TENANTS[0], "staff", frozenset(ROLES), "web", "r", TEAMS[0])
    assert not SCOPES[name].holds(actor, Facts())


@pytest.mark.parametrize("name", SCOPES)
def test_a_clause_without_its_columns_selects_nothing(connection: Connection, name: str) -> None:
    actor = Actor(PEOPLE[0], TENANTS[0], "staff", frozenset(ROLES), "web", "r", TEAMS[0])
    store(connection, [Facts(tenant_id=TENANTS[0])])
    assert answers(connection, SCOPES[name].clause(actor, ScopeColumns())) == [None]


def test_who_decided_an_earlier_step_is_a_maker() -> None:
    checker, maker = PEOPLE[0], PEOPLE[1]
    actor = Actor(checker, TENANTS[0], "staff", frozenset(ROLES), "web", "r")
    outcomes = [
        SCOPES["not_maker"].holds(actor, Facts(maker_id=by, deciders=frozenset(deciders)))
        for by, deciders in product((maker, checker), ([], [checker]))
    ]
    assert outcomes == [True, False, False, False]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("everywhere", "there is no scope “everywhere”"),
        ("not_maker", "must be one placing scope"),
        ("own_book&team", "must be one placing scope"),
        ("not_maker&own_book", "must be one placing scope"),
        ("own_book&not_maker&not_maker", "names a scope twice"),
        ("blurred@tenant", "there is no degree “blurred”"),
        ("", "there is no scope “”"),
        ("tenant&", "there is no scope “”"),
    ],
)
def test_a_scope_expression_that_makes_no_sense_is_refused(text: str, problem: str) -> None:
    with pytest.raises(ScopeError, match=problem):
        Expression.parse(text)
