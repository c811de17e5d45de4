"""What the demonstration screens against: invented lists in an institution's own format, and the real ones if at hand.

Nobody on the invented lists exists; the people of the demonstration who are found are found on these.
"""

import random
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

from backend.access.context import Context
from backend.core.actor import Actor
from backend.edge.platform import Platform
from backend.screening import queries, service
from backend.screening.lists.formats import Files
from backend.screening.models import ListKind
from backend.screening.ruleset import list_rules

SANCTIONS: Final = "DEMO-SANCTIONS"
_HEADER: Final = "id,kind,name,aliases,birth_date,countries,gender,identifiers,programmes,remarks"
_SANCTIONED: Final = (
    "S-1,person,Teodor Morvane,Фёдор Морван|Fedor Morvan,1974-02-04,RU,male,passport:A1234567:RU,RUVANIA,Minister",
    "S-2,person,Zubeida Qaramanli,زبيدة القرمانلي,1981,LY,female,,RUVANIA,",
    "S-3,organisation,Korval Ocean Lines,Korval Shipping Co.,,KP,,imo:9333333,RUVANIA,Owns three vessels",
    "S-4,person,欧阳鹏飞,Ouyang Pengfei,1969-10-01,CN,male,,RUVANIA,",
)
_EXPOSED: Final = ("P-1,person,Ruvald Teskov,,1962-05-17,CZ,male,,,Deputy minister of an invented ministry",)
_FIXED: Final = {"S": _SANCTIONED, "P": _EXPOSED}
_FAMILY: Final = (
    "Vastrell", "Ombrecht", "Kyvarin", "Dolmarek", "Tresvane", "Ulbrandt", "Quessard", "Hrastovik", "Zelmaryn",
    "Bruvoda",
)  # fmt: skip
_GIVEN: Final = (
    "Alvard", "Brisena", "Corvin", "Delphara", "Evrard", "Fiorenza", "Galdric", "Hesmina", "Ivorel", "Jascha",
)  # fmt: skip
_STRANGERS: Final = 40
_REAL: Final[dict[str, dict[str, str]]] = {
    "OFAC-SDN": {"main": "ofac_sdn_2024-05-03.csv"},
    "UN": {"main": "un_consolidated_2026-02-27.xml"},
    "UK": {"main": "uk_fcdo_sanctions_list_2025-08-11.csv"},
}


async def load_lists(platform: Platform, actor: Actor, shared: Path | None, *, seed: int) -> list[service.Loaded]:
    """The invented lists, and the published ones that lie in the shared folder; what is loaded already is not again."""
    loaded = [
        await _load(platform, actor, SANCTIONS, "Demonstration sanctions", ListKind.SANCTIONS, _invented("S", seed)),
        await _load(platform, actor, "PEP", "Demonstration office holders", ListKind.PEP, _invented("P", seed)),
        await _load(platform, actor, "ADVERSE", "Demonstration press reports", ListKind.OTHER, _invented("A", seed)),
    ]
    for code, parts in _REAL.items():
        files = {} if shared is None else _read(shared / "lists", parts)
        if files:
            known = await platform.run(actor, partial(_publication, code=code))
            loaded.append(await _load(platform, actor, code, known[0], known[1], files, known[2]))
    return loaded


def _invented(letter: str, seed: int) -> Files:
    fixed = _FIXED.get(letter, ())
    return {"main": "\n".join([_HEADER, *fixed, *_strangers(letter, seed), ""]).encode()}


def _strangers(letter: str, seed: int) -> Iterator[str]:
    """Names that nobody has, so that the lists have a length; the same seed gives the same bytes."""
    chance = random.Random(f"{letter}{seed}")  # noqa: S311 - invents a list, guards nothing
    for number in range(_STRANGERS):
        name = f"{chance.choice(_GIVEN)} {chance.choice(_FAMILY)}-{chance.choice(_FAMILY)}"
        yield f"{letter}-X{number},person,{name},,{chance.randint(1940, 1995)},,,,INVENTED,"


def _read(folder: Path, parts: dict[str, str]) -> Files:
    paths = {part: folder / name for part, name in parts.items()}
    return {part: path.read_bytes() for part, path in paths.items() if path.is_file()}


async def _publication(ctx: Context, code: str) -> tuple[str, ListKind, str]:
    known = list_rules(ctx).rules.publications[code]
    return known.name.en, known.kind, known.format


async def _load(
    platform: Platform, actor: Actor, code: str, name: str, kind: ListKind, files: Files, format_: str = "own_csv"
) -> service.Loaded:
    async def ensure(ctx: Context) -> None:
        if await queries.find_list(ctx, code) is None:
            await service.create_list(ctx, code=code, name=name, format_=format_, kind=kind)

    await platform.run(actor, ensure)
    return await platform.run(actor, partial(service.load_list, code=code, files=files))
