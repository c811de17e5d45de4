"""The files of an access policy as one text, so that one hash stands for all of them.

Each file begins with a line `#> name`; its own lines follow as they are.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from backend.access.errors import PolicyLineInvalid
from backend.access.policy import MODEL, AccessPolicy
from backend.governance.errors import ContentRefused

_MARK: Final = "#> "
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*\.(csv|conf)")


@dataclass(frozen=True, slots=True)
class Section:
    """`line` is the number of the mark: the file's own line n is line + n of the whole."""

    line: int
    text: str


def of_directory(directory: Path) -> bytes:
    files = {path.name: path.read_text("utf-8") for path in (directory / MODEL, *directory.glob("*.csv"))}
    return joined(files)


def joined(files: Mapping[str, str]) -> bytes:
    return "".join(f"{_MARK}{name}\n{files[name].rstrip()}\n" for name in sorted(files)).encode()


def sections(content: bytes) -> Mapping[str, Section]:
    """Raises ContentRefused."""
    try:
        lines = content.decode("utf-8").splitlines()
    except UnicodeDecodeError:
        raise ContentRefused(field="content", line=0, problem="the text is not UTF-8") from None
    starts = [number for number, line in enumerate(lines, start=1) if line.startswith(_MARK)]
    found: dict[str, Section] = {}
    if starts[:1] != [1]:
        raise ContentRefused(field="content", line=1, problem=f"the text begins with “{_MARK}” and the name of a file")
    for start, end in zip(starts, [*starts[1:], len(lines) + 1], strict=True):
        name = lines[start - 1].removeprefix(_MARK).strip()
        if _NAME.fullmatch(name) is None or name in found:
            raise ContentRefused(field="content", line=start, problem=f"“{name}” is no name of a file, or comes twice")
        found[name] = Section(start, "\n".join(lines[start : end - 1]))
    return found


def policy(content: bytes) -> AccessPolicy:
    """Raises ContentRefused with the line of the whole text."""
    found = sections(content)
    if MODEL not in found:
        raise ContentRefused(field="content", line=0, problem=f"the file {MODEL} is missing")
    try:
        return AccessPolicy.of({name: section.text for name, section in found.items()})
    except PolicyLineInvalid as error:
        file, line = error.params["file"], error.params["line"]
        problem = f"{file}, line {line}: {error.params['problem']}"
        raise ContentRefused(field="content", line=found[file].line + line, problem=problem) from error
