"""Rule-sets: frozen, hashed, effective-dated, refused with file and place when they are wrong."""

import hashlib
from datetime import date
from pathlib import Path

import pytest

from backend.core.rulesets import NoRuleSetEffective, RuleBook, RuleSet, RuleSetBroken, RuleSetsOverlap, load


class Limits(RuleSet):
    most: int


def _write(folder: Path, name: str, first: str, last: str | None, most: str = "1", extra: str = "") -> Path:
    path = folder / name
    end = "" if last is None else f"effective_to: {last}\n"
    path.write_text(f"id: limits\neffective_from: {first}\n{end}most: {most}\n{extra}", encoding="utf-8")
    return path


def test_a_rule_set_is_known_by_the_hash_of_its_bytes(tmp_path: Path) -> None:
    path = _write(tmp_path, "a.yaml", "2026-01-01", None)
    assert load(path, Limits).sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_version_of_the_day_decides(tmp_path: Path) -> None:
    _write(tmp_path, "a.yaml", "2025-01-01", "2025-12-31", "1")
    _write(tmp_path, "b.yaml", "2026-01-01", None, "2")
    book = RuleBook(tmp_path, Limits)
    assert [book.effective(date(2025, 12, 31)).rules.most, book.effective(date(2026, 1, 1)).rules.most] == [1, 2]


def test_a_day_without_a_version_is_an_error(tmp_path: Path) -> None:
    _write(tmp_path, "a.yaml", "2026-01-01", None)
    with pytest.raises(NoRuleSetEffective, match="2025-06-01"):
        RuleBook(tmp_path, Limits).effective(date(2025, 6, 1))


def test_overlapping_versions_are_refused_by_name(tmp_path: Path) -> None:
    _write(tmp_path, "a.yaml", "2025-01-01", "2026-03-31")
    _write(tmp_path, "b.yaml", "2026-01-01", None)
    with pytest.raises(RuleSetsOverlap, match=r"a\.yaml and b\.yaml"):
        RuleBook(tmp_path, Limits)


def test_an_unknown_key_is_refused_with_its_name(tmp_path: Path) -> None:
    path = _write(tmp_path, "a.yaml", "2026-01-01", None, extra="least: 0\n")
    with pytest.raises(RuleSetBroken, match=r"a\.yaml.*least"):
        load(path, Limits)


def test_a_tag_that_would_run_code_is_refused(tmp_path: Path) -> None:
    path = _write(tmp_path, "a.yaml", "2026-01-01", None, most="!!python/object/apply:os.system ['true']")
    with pytest.raises(RuleSetBroken):
        load(path, Limits)


def test_a_loaded_rule_set_cannot_be_changed(tmp_path: Path) -> None:
    rules = load(_write(tmp_path, "a.yaml", "2026-01-01", None), Limits).rules
    with pytest.raises(ValueError, match="frozen"):
        rules.most = 2
