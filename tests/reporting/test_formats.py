"""The four formats: whole, the same twice, and harmless whatever stands in a name."""

import csv
import io
import json
import re
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core import typesetting
from backend.core.clock import FixedClock
from backend.core.typesetting import NoChineseFont
from backend.reporting.errors import TooLongForPdf
from backend.reporting.models import Format
from backend.reporting.writers import pages, workbook
from backend.reporting.writers.cells import neutral
from tests.factories.customers import person
from tests.reporting.conftest import Office

_HOSTILE = (
    '=HYPERLINK("http://evil.example","x")',
    "+1+1|cmd",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "＝1+1",
    "  =1+1",
    "#import sys; $x$ *bold* _it_ `raw` [x] @ref <label> \\ // /*",
    "Jan \u202e Novák",
)


def _rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


async def _named(office: Office, *names: str) -> None:
    for name in names:
        await office.bank.customer(person(name))


@pytest.mark.parametrize("locale", ["en", "zh_CN"])
@pytest.mark.parametrize("form", list(Format))
async def test_the_same_inputs_give_the_same_bytes(office: Office, form: Format, locale: str) -> None:
    await _named(office, "王小明", "Anna Nováková")
    first = await office.made("audit", form, locale=locale, actions=("customer.create",))
    second = await office.made("audit", form, locale=locale, actions=("customer.create",), again=True)
    assert first == second


async def test_csv_begins_with_a_byte_order_mark_and_has_every_column(office: Office) -> None:
    await _named(office, "王小明")
    content, made = await office.made("audit", Format.CSV, locale="zh_CN")
    assert content.startswith(b"\xef\xbb\xbf")
    rows = _rows(content)
    assert len(rows) == made.lines
    assert {"日志条目", "叶哈希", "日志头：根"} <= rows[0].keys()
    assert "王小明" in {row["变更后"] for row in rows}


async def test_no_cell_of_a_csv_is_a_formula(office: Office) -> None:
    await _named(office, *_HOSTILE)
    rows = _rows((await office.made("audit", Format.CSV))[0])
    cells = [cell for row in rows for cell in row.values()]
    assert not [
        cell for cell in cells if re.match(r"[\s]*[=+\-@＝＋－＠|%]", cell) and not re.fullmatch(r"-?\d+", cell)
    ]
    assert any(cell.startswith("'=HYPERLINK") for cell in cells)


async def test_no_cell_of_a_workbook_is_a_formula_or_a_link(office: Office) -> None:
    await _named(office, *_HOSTILE)
    content, made = await office.made("audit", Format.XLSX)
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "inlineStr"}
    assert not [cell for cell in cells if cell.hyperlink is not None]
    assert _HOSTILE[0] in {cell.value for cell in cells}
    assert book.worksheets[1].max_row == made.lines + 1


async def test_markup_in_a_name_is_text_in_a_pdf(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """What reaches the typesetter is data, and the template it is given is always the same file."""
    await _named(office, *_HOSTILE, '#read("/etc/passwd")', "#panic()", ']#eval("1")[')
    given: list[dict[str, Any]] = []
    compile_ = typesetting.typst.compile

    def noted(source: str, **options: Any) -> Any:
        given.append({"source": Path(source).read_text(), **options})
        return compile_(source, **options)

    monkeypatch.setattr(typesetting.typst, "compile", noted)
    content, _ = await office.made("audit", Format.PDF, actions=("customer.create",))
    assert content.startswith(b"%PDF-")
    assert "passwd" not in given[0]["source"]
    assert "/etc/passwd" in json.loads(given[0]["sys_inputs"]["data"])["blocks"].__repr__()


async def test_json_lines_begin_with_the_front_and_end_with_their_number(office: Office) -> None:
    await _named(office, "王小明")
    content, made = await office.made("audit", Format.JSONL)
    values = [json.loads(line) for line in content.splitlines()]
    assert values[0]["format"] == "tenure-report@1"
    assert values[-1] == {"end": {"lines": made.lines}}
    assert len(values) == made.lines + 2
    assert all({"leaf", "leaf_hash", "head_size"} <= line.keys() for line in values[1:-1])


async def test_a_full_sheet_is_followed_by_another(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "ROWS", 5)
    await _named(office, "Anna", "Jana")
    content, made = await office.made("audit", Format.XLSX)
    sheets = openpyxl.load_workbook(io.BytesIO(content)).worksheets[1:]
    assert [sheet.title for sheet in sheets[:2]] == ["Lines", "Lines 2"]
    assert sum(sheet.max_row - 1 for sheet in sheets) == made.lines


async def test_a_long_pdf_comes_in_volumes(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "VOLUME", 10)
    await _named(office, "Anna", "Jana")
    content, made = await office.made("audit", Format.PDF)
    assert made.suffix == "zip"
    with zipfile.ZipFile(io.BytesIO(content)) as volume:
        volumes = [volume.read(name) for name in volume.namelist()]
    assert len(volumes) == -(-made.lines // 10)
    assert all(volume.startswith(b"%PDF-") for volume in volumes)


async def test_a_pdf_beyond_its_limit_is_refused(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST", 3)
    with pytest.raises(TooLongForPdf):
        await office.made("audit", Format.PDF)


async def test_chinese_without_a_chinese_font_is_refused(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "_families", lambda _: frozenset({"DejaVu Sans"}))
    await _named(office, "王小明")
    with pytest.raises(NoChineseFont):
        await office.made("audit", Format.PDF)


async def test_signs_that_no_font_has_do_not_stop_a_pdf(office: Office) -> None:
    await _named(office, "𓀀𓀁 🜚")
    content, _ = await office.made("audit", Format.PDF, actions=("customer.create",))
    assert content.startswith(b"%PDF-")


async def test_a_pdf_is_made_at_any_instant(office: Office, clock: FixedClock) -> None:
    clock.advance(timedelta(microseconds=123456))
    content, _ = await office.made("access-rights", Format.PDF)
    assert content.startswith(b"%PDF-")


def test_signs_that_cannot_be_printed_are_written_as_their_code() -> None:
    assert typesetting.printable({"a": ["x\u202ey\ue000", 1]}) == {"a": ["x‹U+202E›y‹U+E000›", 1]}


@given(st.text(max_size=40))
def test_neutral_text_never_begins_a_formula(text: str) -> None:
    made = neutral(text)
    assert made.lstrip()[:1] not in {"=", "+", "-", "@", "＝", "＋", "－", "＠"} or re.fullmatch(
        r"[+-]?\d+(\.\d+)?", made
    )


@given(st.text(alphabet=st.characters(min_codepoint=65, max_codepoint=0x2FF), max_size=40))
def test_harmless_text_stays_as_it_is(text: str) -> None:
    plain = "x" + text.replace("\x7f", "")
    assert neutral(plain) == plain
