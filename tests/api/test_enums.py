"""The contract's enums are written out, and know every value that is stored."""

from enum import Enum

import pytest

from backend.api import case_enums, party_enums, screening_enums, staff, work
from backend.casework import models as casework
from backend.customers import models as customers
from backend.customers import ownership
from backend.onboarding import models as onboarding
from backend.onboarding import states
from backend.screening import models as screening
from backend.screening.alerts import models as alerts
from backend.screening.alerts import rules as alert_rules
from backend.screening.lists.entity import EntityKind
from backend.screening.matching.comparisons import Outcome

PAIRS = [
    *((getattr(party_enums, name), getattr(customers, name)) for name in (
        "PartyKind", "PartyStatus", "NameKind", "ContactKind", "AddressKind", "CountryTieKind", "RelationshipKind",
        "StakeKind", "Stage", "DocumentStatus", "MergeStatus")),
    *((getattr(case_enums, name), getattr(onboarding, name)) for name in (
        "CaseState", "DueDiligence", "RequirementKind", "RequirementStatus", "CheckStatus", "Decision", "Signature",
        "ConditionStatus")),
    (case_enums.CaseVerb, states.Verb),
    *((getattr(screening_enums, name), getattr(alerts, stored)) for name, stored in (
        ("AlertState", "AlertState"), ("AlertOutcome", "Outcome"), ("AlertSeverity", "Severity"))),
    *((getattr(screening_enums, name), getattr(screening, stored)) for name, stored in (
        ("ListKind", "ListKind"), ("ListVersionState", "VersionState"), ("RunKind", "RunKind"),
        ("RunState", "RunState"))),
    (screening_enums.AlertVerb, alert_rules.Verb),
    (screening_enums.SubjectKind, EntityKind),
    (screening_enums.ComparisonOutcome, Outcome),
    (party_enums.OwnershipGround, ownership.Ground),
    (work.WorkState, casework.WorkState),
]  # fmt: skip


@pytest.mark.parametrize(("public", "stored"), PAIRS)
def test_an_enum_of_the_contract_knows_every_stored_value(public: type[Enum], stored: type[Enum]) -> None:
    assert {each.value for each in public} == {each.value for each in stored}


def test_an_unknown_value_fails_instead_of_being_guessed() -> None:
    with pytest.raises(ValueError, match="robot"):
        staff.AgentKind("robot")
