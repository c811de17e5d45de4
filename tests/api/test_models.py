"""Models over GraphQL: refusals are answers, steps are answered with the version, scores follow the book."""

from backend.jobs import scoring
from tests.api.conftest import Door
from tests.factories import portfolio
from tests.factories.customers import Bank, with_roles

VERSION = "__typename ... on ModelVersion { id number state failure verbs } ... on Problem { code }"
TRAIN = f"mutation ($code: String!) {{ answer: trainModel(code: $code) {{ {VERSION} }} }}"
STEP = "mutation ($id: UUID!) {{ answer: {verb}(id: $id) {{ {after} }} }}"
VALIDATE = f'mutation ($id: UUID!) {{ answer: validateModel(id: $id, limits: "For accounts only.") {{ {VERSION} }} }}'
SCORES = "query ($id: UUID!) { customerScores(partyId: $id) { purpose value low high reasons version asOf } }"
INVENTORY = "{ models { code name tier versions { number state metrics { name value } card { title markdown } } } }"


def step(verb: str) -> str:
    return STEP.format(verb=verb, after=VERSION)


async def test_a_manager_trains_no_model(door: Door, bank: Bank) -> None:
    assert (await door.data(TRAIN, bank.manager, code="rfm"))["answer"]["code"] == "access.not_allowed"


async def test_an_unknown_model_is_a_problem_of_the_input(door: Door) -> None:
    analyst = door.somebody("risk_analyst")
    answer = (await door.data(TRAIN, analyst, code="weather"))["answer"]
    assert (answer["__typename"], answer["code"]) == ("InvalidProblem", "model.unknown")


async def test_from_training_to_the_score_of_a_customer(door: Door, bank: Bank) -> None:
    staying, _ = await portfolio.fill(bank, staying=50, leaving=25)
    analyst, head = with_roles(bank.colleague, "risk_analyst"), with_roles(bank.officer, "head_of_compliance")
    version = (await door.data(TRAIN, analyst, code="activity"))["answer"]
    assert (version["state"], version["verbs"]) == ("DRAFT", ["retire"])
    await scoring.train_waiting(bank.platform, bank.tenant.id)
    await door.data(step("submitModel"), analyst, id=version["id"])
    assert (await door.data(VALIDATE, head, id=version["id"]))["answer"]["state"] == "VALIDATED"
    await door.data(step("promoteModel"), analyst, id=version["id"])
    refused = (await door.data(step("confirmChampion"), analyst, id=version["id"]))["answer"]
    assert refused["__typename"] == "NotAllowedProblem"
    assert (await door.data(step("confirmChampion"), head, id=version["id"]))["answer"]["state"] == "CHAMPION"
    await scoring.score_portfolio(bank.platform, bank.system, lambda *_: None)
    (told,) = (await door.data(SCORES, bank.manager, id=str(staying[0])))["customerScores"]
    assert told["purpose"] == "activity"
    assert 0 < told["value"] <= 1
    assert told["reasons"]
    assert (await door.data(SCORES, bank.stranger, id=str(staying[0])))["customerScores"] == []
    (line,) = (await door.data(INVENTORY, head))["models"]
    assert line["versions"][0]["card"]["markdown"].startswith("# Still active")


async def test_a_second_version_is_told_against_the_champion(door: Door, bank: Bank) -> None:
    await portfolio.fill(bank, staying=50, leaving=25)
    analyst, head = with_roles(bank.colleague, "risk_analyst"), with_roles(bank.officer, "head_of_compliance")
    ids = []
    for _ in range(2):
        ids.append((await door.data(TRAIN, analyst, code="activity"))["answer"]["id"])
        await scoring.train_waiting(bank.platform, bank.tenant.id)
        if len(ids) == 1:
            await door.data(step("submitModel"), analyst, id=ids[0])
            await door.data(VALIDATE, head, id=ids[0])
            await door.data(step("promoteModel"), analyst, id=ids[0])
            await door.data(step("confirmChampion"), head, id=ids[0])
    told = "againstId verdict contrasts { measure pValue }"
    asked = f"query ($id: UUID!) {{ modelVersion(id: $id) {{ comparison {{ {told} }} }} }}"
    first, second = [(await door.data(asked, head, id=each))["modelVersion"]["comparison"] for each in ids]
    assert first is None
    assert (second["againstId"], second["verdict"]) == (ids[0], "OPEN")
    assert second["contrasts"] == [{"measure": "absolute error", "pValue": None}]
