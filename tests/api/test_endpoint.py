"""GraphQL over HTTP: media types, statuses, sizes."""

from tests.api.conftest import Door

VIEWER = "{ viewer { id roles { name } } }"


async def test_a_query_is_answered_with_its_data(door: Door) -> None:
    response = await door.post(query=VIEWER)
    assert response.status_code == 200
    viewer = response.json()["data"]["viewer"]
    assert viewer == {"id": str(door.actor.id), "roles": [{"name": "compliance_officer"}]}
