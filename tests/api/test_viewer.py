"""Who is asking, and who else is there."""

from dataclasses import replace

from tests.api.conftest import Door
from tests.factories.customers import Bank


async def test_the_viewer_has_name_team_and_roles(door: Door, bank: Bank) -> None:
    query = "{ viewer { id agent { name kind } team { name } roles { name title } locale } }"
    assert (await door.data(query, bank.manager))["viewer"] == {
        "id": str(bank.manager.id),
        "agent": {"name": "manager", "kind": "STAFF"},
        "team": {"name": "Praha"},
        "roles": [{"name": "relationship_manager", "title": "Relationship manager"}],
        "locale": "en",
    }


async def test_the_viewers_rights_are_those_of_the_policy_with_their_scopes(door: Door, bank: Bank) -> None:
    query = "{ viewer { rights { object action scopes meaning changes } } }"
    rights = (await door.data(query, bank.manager))["viewer"]["rights"]
    edit = next(right for right in rights if (right["object"], right["action"]) == ("customer", "edit"))
    assert edit["scopes"] == ["own_book"]
    assert edit["changes"] is True
    assert not any(right["action"] == "merge_approve" for right in rights)


async def test_rights_are_named_in_the_viewers_language(door: Door, bank: Bank) -> None:
    query = "{ viewer { rights { object action meaning } } }"
    english = (await door.data(query, bank.manager))["viewer"]["rights"]
    chinese = (await door.data(query, replace(bank.manager, locale="zh_CN")))["viewer"]["rights"]
    assert [right["action"] for right in english] == [right["action"] for right in chinese]
    assert not {right["meaning"] for right in english} & {right["meaning"] for right in chinese}


async def test_a_team_lead_sees_the_colleagues_of_the_own_team(door: Door, bank: Bank) -> None:
    query = "{ staff { displayName team { name } } }"
    staff = (await door.data(query, bank.lead))["staff"]
    assert {each["team"]["name"] for each in staff} == {"Praha"}
    assert "stranger" not in {each["displayName"] for each in staff}


async def test_an_agent_whom_nobody_knows_has_no_name(door: Door, bank: Bank) -> None:
    query = "{ viewer { agent { name kind } } }"
    nobody = door.partner("partner_developer")
    assert (await door.data(query, nobody))["viewer"]["agent"] == {"name": None, "kind": "OTHER"}
