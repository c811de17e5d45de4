"""From nothing to an institution with people, customers and a log that holds, by commands alone."""

import re
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from backend.core.database import Database
from tests.cli.conftest import Tenure
from tests.onboarding.migration.bank_files import FILES, write_bank
from tests.servers import EMPTY

PASSWORD = "twelve signs or more"


@pytest.fixture(scope="module")
def template() -> str:
    return EMPTY


def test_without_an_institution_the_first_step_is_named(tenure: Tenure) -> None:
    assert "`tenure tenant create` makes one" in tenure("user", "list", code=1).stderr


@pytest.fixture(scope="module")
def bank(tenure: Tenure) -> Tenure:
    """The first command finds an empty database and migrates it."""
    tenure("tenant", "create", "alpha", "--name", "Alpha [Bank]", "--jurisdiction", "CZ", "--currency", "CZK")
    tenure("tenant", "create", "beta", "--name", "Beta Bank", "--jurisdiction", "SK", "--currency", "EUR")
    return tenure


def _hire(bank: Tenure, login: str, *more: str, code: int = 0) -> str:
    words = ("user", "create", login, "--name", login.title(), "--password", PASSWORD, "--tenant", "alpha")
    return bank(*words, *more, code=code).output


def test_institutions_are_listed(bank: Tenure) -> None:
    assert bank("tenant", "list").stdout.splitlines() == ["alpha\tAlpha [Bank]\tCZ\tCZK", "beta\tBeta Bank\tSK\tEUR"]


def test_the_name_of_an_institution_is_printed_as_it_is(bank: Tenure) -> None:
    said = bank("tenant", "create", "gamma", "--name", "[red]G[/red]", "--jurisdiction", "CZ", "--currency", "CZK")
    assert said.stdout.strip() == "[red]G[/red] is set up as “gamma”."


def test_a_short_name_is_given_once(bank: Tenure) -> None:
    words = ("tenant", "create", "alpha", "--name", "Again", "--jurisdiction", "CZ", "--currency", "CZK")
    assert bank(*words, code=1).stderr.startswith("cli.institution_exists: There is an institution “alpha” already.")


@pytest.mark.parametrize(
    ("slug", "country", "currency"),
    [("Alpha", "CZ", "CZK"), ("al pha", "CZ", "CZK"), ("delta", "Czechia", "CZK"), ("delta", "CZ", "crowns")],
)
def test_what_is_no_short_name_country_or_currency_is_refused(
    bank: Tenure, slug: str, country: str, currency: str
) -> None:
    """Short names are typed at sign-in, where capitals count for nothing."""
    bank("tenant", "create", slug, "--name", "D", "--jurisdiction", country, "--currency", currency, code=2)
    assert "delta" not in bank("tenant", "list").stdout


def test_an_unknown_institution_is_told_with_the_way_out(bank: Tenure) -> None:
    said = bank("user", "list", "--tenant", "[/nowhere]", code=1).stderr
    assert said.strip() == (
        "cli.unknown_institution: There is no institution “[/nowhere]”. "
        "`tenure tenant list` shows them; `tenure tenant create` makes one."
    )


def test_of_several_institutions_one_must_be_named(bank: Tenure) -> None:
    assert "--tenant" in bank("user", "list", code=1).stderr


def test_a_colleague_is_created_with_team_and_roles(bank: Tenure) -> None:
    _hire(bank, "jana", "--role", "relationship_manager", "--role", "product_manager", "--team", "Praha")
    listed = bank("user", "list", "--tenant", "alpha").stdout.splitlines()
    assert "jana\tJana\tproduct_manager, relationship_manager" in listed


def test_a_role_is_granted_and_revoked(bank: Tenure) -> None:
    _hire(bank, "petr", "--role", "risk_analyst")
    bank("user", "grant", "petr", "compliance_officer", "--tenant", "alpha")
    bank("user", "revoke", "petr", "risk_analyst", "--tenant", "alpha")
    assert "petr\tPetr\tcompliance_officer" in bank("user", "list", "--tenant", "alpha").stdout.splitlines()


def test_incompatible_roles_are_refused_and_leave_no_account(bank: Tenure) -> None:
    said = _hire(bank, "both", "--role", "team_lead", "--role", "compliance_officer", code=1)
    assert "role.incompatible" in said
    assert "both" not in bank("user", "list", "--tenant", "alpha").stdout


def test_a_role_that_is_not_held_cannot_be_revoked(bank: Tenure) -> None:
    _hire(bank, "olga", "--role", "auditor")
    assert "role.not_held" in bank("user", "revoke", "olga", "partner", "--tenant", "alpha", code=1).stderr


def test_an_unknown_user_is_told_with_the_way_out(bank: Tenure) -> None:
    said = bank("user", "grant", "nobody", "auditor", "--tenant", "alpha", code=1).stderr
    assert "tenure user list" in said


def test_a_short_password_is_refused(bank: Tenure) -> None:
    words = ("user", "create", "weak", "--name", "Weak", "--role", "auditor", "--tenant", "alpha")
    assert "12" in bank(*words, "--password", "short", code=1).stderr


def test_an_unknown_language_is_refused(bank: Tenure) -> None:
    _hire(bank, "fritz", "--role", "auditor", "--locale", "tlh", code=2)


def test_a_client_gets_a_key_that_is_shown_whole(bank: Tenure) -> None:
    said = bank("client", "create", "Shop", "--tenant", "alpha").stdout
    assert re.fullmatch(r"Key \(shown once\): tnr_[\w-]{43}\n", said)


def test_a_client_is_created_once(bank: Tenure) -> None:
    bank("client", "create", "Twice", "--tenant", "alpha")
    assert "client.name_taken" in bank("client", "create", "Twice", "--tenant", "alpha", code=1).stderr


@pytest.fixture(scope="module")
def imported(bank: Tenure, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = write_bank(tmp_path_factory.mktemp("bank"), client=FILES["client.asc"] + '4;"459904";1\n')
    return folder, bank("import", "berka", folder, "--tenant", "alpha").stdout


@pytest.mark.parametrize(
    "line",
    [
        r"3 customers taken over, 0 were there already\.",
        r"pending_approval\s*│\s*1",
        r"approved_with_conditions\s*│\s*1",
        r"awaiting_information\s*│\s*1",
        r"Onboarding: [\d,]+ rows in [\d.]+ s \([\d,]+ rows/s\)\.",
        r"not taken client\.asc, line 5, birth_number: this is not a birth number; .*\n",
        r"[1-9][\d,]* audit entries were added to the signed log\.",
    ],
)
def test_an_import_ends_with_its_summary(imported: tuple[Path, str], line: str) -> None:
    assert re.search(line, imported[1]), imported[1]


def test_an_import_may_be_run_again(bank: Tenure, imported: tuple[Path, str]) -> None:
    said = bank("import", "berka", imported[0], "--tenant", "alpha").stdout
    assert "0 customers taken over, 3 were there already." in said
    assert "In all 0 rows" in said


def test_a_folder_without_the_files_is_told_in_a_line(bank: Tenure, tmp_path: Path) -> None:
    assert "no .asc files" in bank("import", "berka", tmp_path, "--tenant", "alpha", code=1).stderr


def test_a_customer_file_is_taken_over(bank: Tenure, tmp_path: Path) -> None:
    path = tmp_path / "customers.csv"
    path.write_text("record,ref,name,birth_date\nperson,P1,Jana Nováková,1970-12-13\nperson,P2,Petr,x\n", "utf-8")
    said = bank("import", "customers", path, "--tenant", "alpha").stdout
    assert "1 customers taken over" in said
    assert "not taken customers.csv, line 3, birth_date" in said


def test_a_file_that_is_not_there_is_told_in_a_line(bank: Tenure, tmp_path: Path) -> None:
    said = bank("import", "customers", tmp_path / "none.csv", "--tenant", "alpha", code=1).stderr
    assert "import.file_unreadable" in said


def test_the_log_of_an_institution_is_sound(bank: Tenure, imported: tuple[Path, str]) -> None:
    said = bank("audit", "verify", "--tenant", "alpha").stdout
    assert "The log and the record are sound." in said


def test_tampering_behind_the_log_is_found(bank: Tenure, running: Database, imported: tuple[Path, str]) -> None:
    """Done by the owner of the tables, with every trigger off; undone for the tests that follow."""
    _tamper(running, "risk_level || '!'")
    said = bank("audit", "verify", "--tenant", "alpha", code=1).stdout
    _tamper(running, "rtrim(risk_level, '!')")
    assert "do not hold" in said
    assert "customer" in said


def _tamper(database: Database, value: str) -> None:
    engine = create_engine(database.owner)
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text(f"UPDATE customer SET risk_level = {value} WHERE number = 'B000001'"))
    engine.dispose()
