"""A person's data as files to hand out: JSON for machines, PDF for people, CSV for another institution, and the papers.

package.json   everything, by table; values as JSON, times in UTC, decimals as text
package.pdf    the same, readable, with what the law asks to be told beside it
records/*.csv  of a portability package: one file a table, UTF-8 with byte order mark
documents/*    the files that were handed in, as they came
"""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import orjson

from backend.core.i18n import translate
from backend.privacy.personal import personal_tables
from backend.rights.records import Holdings, Section
from backend.rights.typesetting import typeset
from backend.rights.words import TITLES, heading, said

FORMAT: Final = "tenure/personal-data/1"
_STAMP: Final = (1980, 1, 1, 0, 0, 0)
_RISKY: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Paper:
    id: UUID
    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What stands around the data. `purposes` are (purpose, legal basis, article, in use or why not)."""

    institution: str
    number: str
    made_at: datetime
    locale: str
    article: str
    withheld_article: str
    portable: bool
    purposes: Sequence[tuple[str, str, str, str]]
    periods: Sequence[tuple[str, str, str]]
    information: Sequence[tuple[str, str]]


def zipped(frame: Frame, holdings: Holdings, papers: Sequence[Paper]) -> bytes:
    """Byte-stable for the same content."""
    document = _document(frame, holdings, papers)
    files = {"package.json": orjson.dumps(document, option=orjson.OPT_INDENT_2)}
    if frame.portable:
        files |= {f"records/{section.table}.csv": _csv(section) for section in holdings.sections}
    else:
        files["package.pdf"] = typeset("package", _page(frame, holdings, papers), frame.made_at)
    files |= {f"documents/{paper.id}-{_safe(paper.name)}": paper.content for paper in papers}
    return _zip(files)


def _zip(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _STAMP), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _document(frame: Frame, holdings: Holdings, papers: Sequence[Paper]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "institution": frame.institution,
        "request": frame.number,
        "article": frame.article,
        "made_at": frame.made_at.isoformat(),
        "party": str(holdings.party_id),
        "records_of": [str(each) for each in holdings.lineage],
        "purposes": [dict(zip(("purpose", "basis", "article", "state"), row, strict=True)) for row in frame.purposes],
        "retention": [dict(zip(("period", "article", "until"), row, strict=True)) for row in frame.periods],
        "withheld": {"article": frame.withheld_article},
        "records": {section.table: list(section.rows) for section in holdings.sections},
        "documents": [{"id": str(paper.id), "name": paper.name, "bytes": len(paper.content)} for paper in papers],
    }


def _page(frame: Frame, holdings: Holdings, papers: Sequence[Paper]) -> dict[str, Any]:
    def say(text: str, **params: Any) -> str:
        return translate(frame.locale, text, **params)

    about = [
        {"title": title, "text": text}
        for title, text in (
            *frame.information,
            (
                say("What may be missing"),
                say("Where a law forbids it, we may not tell ({article}).", article=frame.withheld_article),
            ),
        )
    ]
    uses = [[[row[0], f"{row[1]} · {row[2]} · {row[3]}"]] for row in frame.purposes]
    kept = [[[row[0], f"{row[2]} · {row[1]}"]] for row in frame.periods]
    listed = [[[paper.name, f"{len(paper.content):,}"]] for paper in papers]
    return {
        "title": say("Everything we hold about you"),
        "institution": frame.institution,
        "footer": f"{frame.institution} · {frame.number}",
        "language": "zh" if frame.locale == "zh_CN" else "en",
        "facts": [
            [say("Request"), frame.number],
            [say("Made on"), frame.made_at.strftime("%Y-%m-%d %H:%M UTC")],
            [say("On the ground of"), frame.article],
        ],
        "information": about,
        "sections": [
            {"title": say("What your data is used for"), "note": "", "rows": uses},
            {"title": say("How long it is kept"), "note": "", "rows": kept},
            *(_readable(section, frame.locale) for section in holdings.sections),
            {"title": say("Files handed in"), "note": say("They lie in the folder “documents”."), "rows": listed},
        ],
    }


def _readable(section: Section, locale: str) -> dict[str, Any]:
    """Without identifiers of records and people of the house, which say nothing to a reader; the JSON has them."""
    title = TITLES[section.table]
    typed = personal_tables()[section.table].sealed
    rows = [
        [
            [translate(locale, words), told]
            for key, value in row.items()
            if (words := heading(key)) is not None and (told := said(value, locale, typed=key in typed))
        ]
        for row in section.rows
    ]
    note = "" if not section.others else translate(locale, "Values that belong to somebody else are left out.")
    return {"title": translate(locale, title), "note": note, "rows": [row for row in rows if row]}


def _shown(value: Any) -> str:
    return orjson.dumps(value).decode() if isinstance(value, dict | list) else str(value)


def _csv(section: Section) -> bytes:
    """No cell begins a formula: spreadsheets would carry it out."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, list(section.rows[0]), lineterminator="\r\n")
    writer.writeheader()
    for row in section.rows:
        writer.writerow({key: _cell(value) for key, value in row.items()})
    return buffer.getvalue().encode("utf-8-sig")


def _cell(value: Any) -> str:
    text = "" if value is None else _shown(value)
    return f"'{text}" if text.startswith(_RISKY) else text


def _safe(name: str) -> str:
    kept = "".join(sign if sign.isalnum() or sign in "._-" else "_" for sign in name)
    return kept.strip(".")[:100] or "file"


def day_or(day: date | None, otherwise: str) -> str:
    return otherwise if day is None else day.isoformat()
