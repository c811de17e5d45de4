"""`tenure products` at the console: files in and out, what is wrong by its document, versions compared in words."""

from pathlib import Path

import pytest
import yaml

from tests.cli.conftest import Tenure
from tests.factories.products import definition


@pytest.fixture(scope="module")
def house(tenure: Tenure) -> Tenure:
    tenure("tenant", "create", "shop", "--name", "Shop", "--jurisdiction", "CZ", "--currency", "CZK")
    return tenure


def _file(folder: Path, **products: object) -> Path:
    """One document a product; a text stands as it is."""
    texts = (
        given if isinstance(given, str) else yaml.safe_dump({"product": code, "definition": given}, allow_unicode=True)
        for code, given in products.items()
    )
    source = folder / "products.yaml"
    source.write_text("---\n".join(texts), encoding="utf-8")
    return source


def test_products_come_in_once_and_are_listed(house: Tenure, tmp_path: Path) -> None:
    source = _file(tmp_path, first=definition(links={"bundle": ["second"]}), second=definition("card"))
    assert "2 created" in house("products", "import", source).output
    assert "2 unchanged" in house("products", "import", source).output
    listed = house("products", "list", "--kind", "card").output
    assert "second" in listed
    assert "first" not in listed


def test_a_wrong_document_is_told_by_its_number_and_the_others_come_in(house: Tenure, tmp_path: Path) -> None:
    astray = definition(links={"cross_sell": ["nowhere"]})
    source = _file(tmp_path, third=definition(currency="crowns"), fourth=definition(), fifth=astray)
    said = " ".join(house("products", "import", source, code=1).output.split())
    assert "document 1 (third): The definition cannot be used: currency" in said
    assert (
        "document 3 (fifth): The definition cannot be used: links: there is no product with the code “nowhere”" in said
    )
    assert "1 created, 2 refused" in said


def test_a_file_beside_the_yaml_is_read_and_no_other(house: Tenure, tmp_path: Path) -> None:
    outside = {"kind": "key_facts", "name": "Key facts", "language": "en", "file": "../secret.pdf"}
    source = _file(tmp_path, sixth=definition(documents=[outside]))
    (tmp_path.parent / "secret.pdf").write_bytes(b"%PDF-1.7\n")
    assert "does not lie beside the file" in house("products", "import", source, code=1).output


def test_what_a_product_lacks_for_its_next_step_is_shown(house: Tenure, tmp_path: Path) -> None:
    house("products", "import", _file(tmp_path, seventh=definition()))
    said = house("products", "show", "seventh", "--on", "2026-11-22").output
    assert "seventh Savings account" in said
    assert "→ design: lacks concept_paper 0/1" in said


def test_an_export_comes_in_again_unchanged(house: Tenure, tmp_path: Path) -> None:
    house("products", "import", _file(tmp_path, eighth=definition()))
    target = tmp_path / "all.yaml"
    house("products", "export", target)
    exported = {each["product"] for each in yaml.safe_load_all(target.read_text(encoding="utf-8"))}
    assert "eighth" in exported
    assert f"{len(exported)} unchanged" in house("products", "import", target).output


def test_a_version_that_there_is_not_is_not_compared(house: Tenure, tmp_path: Path) -> None:
    house("products", "import", _file(tmp_path, ninth=definition()))
    assert "There is no such version" in house("products", "compare", "ninth", "1", "2", code=1).output
    assert house("products", "compare", "ninth", "1", "1").output == ""


def test_a_product_that_there_is_not_is_told_in_one_line(house: Tenure) -> None:
    assert house("products", "show", "nothing", code=1).output.count("\n") == 1


def test_nothing_advances_where_nothing_waits(house: Tenure) -> None:
    assert "0 steps taken." in house("products", "advance").output
