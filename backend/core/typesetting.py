"""PDF from a Typst template and plain data; the same data, instant and fonts give the same bytes.

Data reaches a template as JSON and is shown as text, so nothing in it is ever markup. Fonts are those of the server
and of one folder more; nothing is fetched. Text that no font can show is told before a page is made.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Final

import orjson
import typst

from backend.core.errors import Invalid

LATIN: Final = ("Noto Sans", "DejaVu Sans", "Liberation Sans", "Libertinus Serif")
"""The last one lies in the typesetter itself."""
CHINESE: Final = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Noto Serif CJK SC",
    "Noto Serif SC",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "SimSun",
    "Droid Sans Fallback",
)
_EAST_ASIAN: Final = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]")
_UNPRINTABLE: Final = re.compile("[^\n\t\x20-\x7e\xa0-\u024f\u4e00-\u9fff]")
_NO_GLYPH: Final = frozenset({"Cc", "Cn", "Co", "Cs", "Cf"})


class NoChineseFont(Invalid):
    code: ClassVar[str] = "typesetting.no_chinese_font"
    text: ClassVar[str] = (
        "This PDF needs a font with Chinese characters and the server has none. Install one (Noto Sans CJK), put its"
        " files into the folder “fonts” of the data directory, or choose another format."
    )


def typeset(folder: Path, template: str, data: Any, made_at: datetime, *, fonts: Path | None = None) -> bytes:
    """A PDF/A-2b; the template reads `data` from `sys.inputs.data` and font families from `data.fonts`.

    Raises NoChineseFont. A sign that no font of the server has, of whatever other script, is shown as a box, and the
    file is then no PDF/A, which allows none.
    """
    families = _families(fonts)
    chinese = tuple(name for name in CHINESE if name in families)
    clean = printable(data)
    if not chinese and any(_EAST_ASIAN.search(text) for text in _texts(clean)):
        raise NoChineseFont()
    clean["fonts"] = [*(name for name in LATIN if name in families), *chinese[:1]]
    try:
        return _compiled(folder, template, clean, made_at, fonts, ["a-2b"])
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
        return _compiled(folder, template, clean, made_at, fonts, [])


def printable(value: Any) -> Any:
    """The same data, with control, private and unassigned signs written as their code: `‹U+0007›`."""
    if isinstance(value, str):
        return _UNPRINTABLE.sub(_named, value)
    if isinstance(value, dict):
        return {key: printable(each) for key, each in value.items()}
    return [printable(each) for each in value] if isinstance(value, list | tuple) else value


def _named(found: re.Match[str]) -> str:
    sign = found[0]
    return f"‹U+{ord(sign):04X}›" if unicodedata.category(sign) in _NO_GLYPH else sign


def _compiled(
    folder: Path, template: str, data: Any, made_at: datetime, fonts: Path | None, standards: list[Any]
) -> bytes:
    return bytes(
        typst.compile(
            str(folder / f"{template}.typ"),
            root=str(folder),
            format="pdf",
            font_paths=[] if fonts is None else [str(fonts)],
            sys_inputs={"data": orjson.dumps(data).decode()},
            pdf_standards=standards,
            timestamp=made_at.replace(microsecond=0),  # typst takes whole seconds alone
        )
    )


@cache
def _families(fonts: Path | None) -> frozenset[str]:
    return frozenset(typst.Fonts(font_paths=[] if fonts is None else [str(fonts)]).families())


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)
