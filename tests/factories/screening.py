"""Lists of invented people, as the CSV an institution keeps itself, and the steps of a run."""

from collections.abc import Mapping
from typing import Any

from backend.core.actor import Actor
from backend.edge.platform import Platform
from backend.screening import service
from backend.screening.models import ListKind, ScreeningList, ScreeningRun

HEADER = "id,kind,name,aliases,birth_date,countries,gender,identifiers,remarks"
ENTRIES: Mapping[str, str] = {
    "P-1": "P-1,person,Teodor Morvane,Фёдор Морван,1974-02-04,IR,male,passport:A1234567:IR,Minister",
    "P-2": "P-2,person,Zubeida Qaramanli,,1981,LY,female,,",
    "P-3": "P-3,organisation,Korval Ocean Lines,,,KP,,imo:9333333,",
}


def own_list(entries: Mapping[str, str] = ENTRIES) -> dict[str, bytes]:
    return {"main": "\n".join([HEADER, *entries.values(), ""]).encode()}


def many(count: int, first: int = 0) -> dict[str, str]:
    """Organisations whose names have nothing in common with anybody's."""
    return {f"N-{n}": f"N-{n},organisation,Xyqz{n:04} Vumbrax Holding,,,,,," for n in range(first, first + count)}


async def set_up(
    platform: Platform, actor: Actor, code: str = "TEST", kind: ListKind = ListKind.SANCTIONS
) -> ScreeningList:
    return await platform.run(
        actor, lambda ctx: service.create_list(ctx, code=code, name=code, format_="own_csv", kind=kind)
    )


async def load(
    platform: Platform, actor: Actor, entries: Mapping[str, str] = ENTRIES, code: str = "TEST"
) -> service.Loaded:
    return await platform.run(actor, lambda ctx: service.load_list(ctx, code=code, files=own_list(entries)))


async def screen(platform: Platform, actor: Actor, *, most: int | None = None) -> list[ScreeningRun]:
    """Every run that is due, step by step to its end."""
    done: list[ScreeningRun] = []
    while (run := await platform.run(actor, service.due_run)) is not None:
        done.append(run)
        while (last := await platform.run(actor, _step(run, most))) is not None:
            done[-1] = last
    return done


def _step(run: ScreeningRun, most: int | None) -> Any:
    return lambda ctx: service.step(ctx, run.id, most)
