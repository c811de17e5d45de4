"""What an access decision costs beside one dict look-up, and what Casbin itself would take for it.

Run with `python tests/benchmarks/access.py` from the repository's root; every figure is the best of five rounds.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from timeit import repeat
from uuid import UUID

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import casbin  # noqa: E402

from backend.access.actions import FIELDS  # noqa: E402
from backend.access.policy import AccessPolicy  # noqa: E402
from backend.access.scopes import Facts  # noqa: E402
from backend.core.actor import Actor  # noqa: E402

ME, SOMEBODY, TENANT, TEAM = (UUID(int=number) for number in range(1, 5))
DIRECTORY = ROOT / "policies" / "access"


def microseconds(call: Callable[[], object], times: int = 20_000) -> float:
    return min(repeat(call, number=times, repeat=5)) / times * 1e6


def actor(*roles: str) -> Actor:
    return Actor(ME, TENANT, "staff", frozenset(roles), "web", "request", TEAM)


def casbin_call(role: str) -> Callable[[], object]:
    whole = "\n".join(path.read_text("utf-8") for path in sorted(DIRECTORY.glob("*.csv")))
    adapter = casbin.persist.adapters.string_adapter.StringAdapter(whole)
    enforcer = casbin.Enforcer(str(DIRECTORY / "model.conf"), adapter)
    return lambda: enforcer.enforce(role, str(TENANT), "customer", "view")


def measured(policy: AccessPolicy) -> dict[str, float]:
    own = Facts(tenant_id=TENANT, manager_id=ME, team_id=TEAM, maker_id=SOMEBODY, deciders=frozenset())
    foreign = Facts(tenant_id=TENANT, manager_id=SOMEBODY, team_id=SOMEBODY, maker_id=SOMEBODY, deciders=frozenset())
    manager, lead, officer = (actor(role) for role in ("relationship_manager", "team_lead", "compliance_officer"))
    both = actor("administrator", "head_of_compliance")
    names = [name.removeprefix("customer.") for name in FIELDS]
    plan = policy.plan(lead, "customer", names)
    table = {("customer", "view"): 1}
    decide = policy.decide
    return {
        "one dict look-up": microseconds(lambda: table["customer", "view"]),
        "facts of one record": microseconds(lambda: Facts(tenant_id=TENANT, manager_id=ME, team_id=TEAM)),
        "allowed, tenant": microseconds(lambda: decide(officer, "view", "customer", own)),
        "allowed, own book": microseconds(lambda: decide(manager, "edit", "customer", own)),
        "allowed, four eyes": microseconds(lambda: decide(officer, "decide", "onboarding_case", own)),
        "refused, out of scope": microseconds(lambda: decide(lead, "view", "customer", foreign)),
        "refused, denied": microseconds(lambda: decide(both, "view", "customer", own)),
        "refused, no grant": microseconds(lambda: decide(manager, "approve", "onboarding_case", own)),
        "one field's visibility": microseconds(lambda: policy.visibility(lead, "customer.national_id", own)),
        "row of all fields, planned": microseconds(lambda: plan.of(own)),
        "plan of all fields": microseconds(lambda: policy.plan(lead, "customer", names), 2_000),
        "explanation of a refusal": microseconds(lambda: policy.explain(lead, "view", "customer", foreign), 200),
        "load of the whole policy": microseconds(lambda: AccessPolicy.load(DIRECTORY), 3),
        "Casbin's enforce, no scope": microseconds(casbin_call("team_lead"), 50),
    }


def main() -> None:
    figures = measured(AccessPolicy.load(DIRECTORY))
    unit = figures["one dict look-up"]
    rows = [f"{name:30}{cost:12.3f}{cost / unit:14.0f}\n" for name, cost in figures.items()]
    sys.stdout.writelines([f"{'':30}{'µs':>12}{'× look-up':>14}\n", *rows])


if __name__ == "__main__":
    main()
