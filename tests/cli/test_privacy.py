"""`tenure privacy` at the console."""

from pathlib import Path

from typer.testing import CliRunner

from backend.cli import app


def test_what_is_no_certificate_is_refused_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "certificate.json"
    file.write_text('{"format": "something/1"}')
    result = CliRunner().invoke(app, ["privacy", "verify-certificate", str(file)])
    assert result.exit_code == 1
    assert "its format is something/1" in result.output


def test_the_commands_of_data_protection_are_offered() -> None:
    result = CliRunner().invoke(app, ["privacy", "--help"])
    assert {"retention-due", "requests", "verify-certificate"} <= set(result.output.replace("│", " ").split())
