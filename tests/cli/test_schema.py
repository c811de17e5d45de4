"""The contract: exported, and compared."""

from pathlib import Path

from typer.testing import CliRunner

from backend.cli import app


def _run(*words: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["schema", *map(str, words)], env={"COLUMNS": "200"})
    return result.exit_code, result.output


def test_the_exported_schema_is_that_of_the_code() -> None:
    assert _run("check") == (0, "The exported schema is that of the code.\n")


def test_what_was_exported_is_checked_clean(tmp_path: Path) -> None:
    path = tmp_path / "schema.graphql"
    assert _run("export", "--file", path)[0] == 0
    assert _run("check", "--file", path)[0] == 0


def test_a_field_that_is_gone_would_break_clients(tmp_path: Path) -> None:
    path = tmp_path / "schema.graphql"
    _run("export", "--file", path)
    path.write_text(path.read_text("utf-8").replace("type Query {", "type Query {\n  gone: Int\n", 1), "utf-8")
    code, said = _run("check", "--file", path)
    assert code == 1
    assert "Query.gone" in said


def test_a_stale_schema_is_told_with_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "schema.graphql"
    _run("export", "--file", path)
    path.write_text(path.read_text("utf-8") + "\nscalar Stale\n", "utf-8")
    code, said = _run("check", "--file", path)
    assert (code, "tenure schema export" in said) == (1, True)


def test_a_schema_that_is_not_there_is_told_in_a_line(tmp_path: Path) -> None:
    code, said = _run("check", "--file", tmp_path / "none.graphql")
    assert (code, "none.graphql" in said) == (2, True)
