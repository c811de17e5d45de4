"""The formats that can be imported, by the name an operator gives; each turns files into entities or refuses them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from types import MappingProxyType

from backend.core.errors import Invalid
from backend.screening.lists import eu_xml, ftm_json, ofac_csv, ofac_xml, own_csv, uk_csv, un_xml
from backend.screening.lists.entity import Entity

Files = Mapping[str, bytes]
"""The files of one publication by their part: "main", and for the OFAC CSV "alt", "add" and "comments"."""


class UnknownFormat(Invalid):
    code = "screening.list.format"
    text = "There is no list format {name}; choose one of {known}."


class WrongFiles(Invalid):
    code = "screening.list.files"
    text = "Format {name} needs the file main and may have {optional}; there were {found}."


@dataclass(frozen=True, slots=True)
class Format:
    """`optional` are further files that may accompany "main"."""

    name: str
    parse: Callable[[Files, str], tuple[Entity, ...]]
    optional: tuple[str, ...] = ()


def _ofac_csv(files: Files, source: str) -> tuple[Entity, ...]:
    rest = {part: files.get(part, b"") for part in ("alt", "add", "comments")}
    return ofac_csv.parse(files["main"], source=source, **rest)


_ALL = (
    Format("ofac_csv", _ofac_csv, ("alt", "add", "comments")),
    Format("ofac_xml", lambda files, source: ofac_xml.parse(files["main"], source=source)),
    Format("un_xml", lambda files, source: un_xml.parse(files["main"], source=source)),
    Format("uk_csv", lambda files, source: uk_csv.parse(files["main"], source=source)),
    Format("eu_xml", lambda files, source: eu_xml.parse(files["main"], source=source)),
    Format("ftm_json", lambda files, source: ftm_json.parse(files["main"], source=source)),
    Format("own_csv", lambda files, source: own_csv.parse(files["main"], source=source)),
)
FORMATS: Mapping[str, Format] = MappingProxyType({format_.name: format_ for format_ in _ALL})


def read(name: str, files: Files, source: str) -> tuple[Entity, ...]:
    """All entities of one publication; `source` names the list they belong to."""
    format_ = FORMATS.get(name)
    if format_ is None:
        raise UnknownFormat(name=name, known=", ".join(FORMATS))
    if "main" not in files or not files.keys() <= {"main", *format_.optional}:
        raise WrongFiles(name=name, optional=", ".join(format_.optional) or "no other", found=", ".join(sorted(files)))
    return format_.parse(files, source)


def digest(files: Files) -> str:
    """SHA-256 over the parts in order of their names: two imports of the same publication have the same one."""
    whole = sha256()
    for part in sorted(files):
        whole.update(part.encode() + b"\0" + sha256(files[part]).digest())
    return whole.hexdigest()
