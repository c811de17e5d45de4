"""What each index gives away over made customers who have everything: `python -m tests.benchmarks.leakage [customers]`.

Half have Czech names (as the clients of the Berka bank are given), half Chinese ones. Assumed, and not measured on
anybody: names are drawn by 1 / (rank + 2); four in five have an e-mail address and nineteen in twenty a telephone; one
in twenty gives the address, and one in five the line, of the customer before; one in two hundred gives those of one of
ten offices. Each has a number of their own. They are taken over, sealed, tagged and screened as any import is, and
measured by what `tenure keys leakage` measures by.
"""

import argparse
import asyncio
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from backend import migrate
from backend.cli.tenants import new_tenant
from backend.core.actor import system_actor
from backend.core.clock import system_clock
from backend.core.database import open_embedded
from backend.core.settings import Settings
from backend.edge.platform import Platform, open_platform
from backend.jobs import leakage
from backend.jobs.importing import Summary, onboard
from backend.jobs.screening import rescan
from backend.onboarding.migration.berka_migrants import COUNTRY
from backend.onboarding.migration.migrant import Identifier, Migrant, Name
from backend.privacy.leakage import Leakage
from tests.benchmarks.bulk_onboarding import people
from tests.factories import screening

SURNAMES: Final = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
GIVEN: Final = "英华文明玉秀金国春红建志丽海云平林芳军伟敏梅兰荣永霞德强珍生小艳杰娟龙晓燕东凤美忠利新香洪辉桂月静"
OFFICES: Final = 10


def population(count: int, seed: int = 7) -> list[Migrant]:
    """The same for the same seed."""
    choice = random.Random(seed)
    found: list[Migrant] = []
    for person in _named(people(count), choice):
        before = found[-1] if found else person
        number = Identifier("national_id", f"{int(person.number[1:]):010d}", "incomplete", COUNTRY)
        reached = {"email": _email(person, before, choice), "phone": _phone(person, before, choice)}
        found.append(replace(person, identifiers=(number,), **reached))
    return found


def _named(czech: Sequence[Migrant], choice: random.Random) -> Iterator[Migrant]:
    for number, person in enumerate(czech):
        yield person if number % 2 else replace(person, names=(_chinese(choice),))


def _chinese(choice: random.Random) -> Name:
    family = _common(SURNAMES, choice)
    given = "".join(_common(GIVEN, choice) for _ in range(choice.choice((1, 2, 2, 2))))
    return Name("legal", "Hani", family + given, given, family)


def _common(of: str, choice: random.Random) -> str:
    return choice.choices(of, [1 / (rank + 2) for rank in range(len(of))])[0]


def _email(person: Migrant, before: Migrant, choice: random.Random) -> str | None:
    drawn = choice.random()
    if drawn < 0.005:
        return f"office{choice.randrange(OFFICES)}@bank.example"
    if drawn < 0.055:
        return before.email
    return f"{person.number.lower()}@mail.example" if drawn < 0.8 else None


def _phone(person: Migrant, before: Migrant, choice: random.Random) -> str | None:
    drawn = choice.random()
    if drawn < 0.005:
        return f"+42022200000{choice.randrange(OFFICES)}"
    if drawn < 0.205:
        return before.phone
    return f"+4206{int(person.number[1:]):08d}" if drawn < 0.95 else None


async def measure(platform: Platform, customers: Sequence[Migrant]) -> dict[str, Leakage]:
    tenant = await new_tenant(platform.database, "bench", "Bench", "CZ", "CZK")
    actor = system_actor(tenant.id, "benchmark", "cli")
    await screening.set_up(platform, actor)
    await screening.load(platform, actor)
    await onboard(platform, actor, customers, COUNTRY, system_clock().date(), Summary(), _quiet)
    await rescan(platform, actor, _quiet)
    operator = replace(actor, roles=frozenset({"operator"}))
    return await platform.run(operator, lambda ctx: leakage.measure(ctx, lambda _done, _total: None))


def _quiet(_stage: str, _done: int, _total: int) -> None:
    """No progress bar in a measurement."""


async def _run(count: int) -> None:
    with tempfile.TemporaryDirectory(prefix="tenure-benchmark-", ignore_cleanup_errors=True) as name:
        database = open_embedded(Path(name) / "postgres", "tenure")
        try:
            migrate.upgrade(database)
            platform = await open_platform(Settings(data_dir=Path(name)), database=database)
            found = await measure(platform, population(count))
            await platform.engine.dispose()
        finally:
            database.close()
    sys.stdout.write(f"{'index':16}{'tags':>9}{'least':>8}{'median':>8}{'95 %':>8}{'most':>8}{'alone':>9}\n")
    for index, told in found.items():
        sys.stdout.write(
            f"{index:16}{told.tags:>9,}{told.least:>8,}{told.middle:>8,.0f}{told.p95:>8,.0f}{told.most:>8,}"
            f"{told.alone:>9.1%}\n"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("customers", type=int, nargs="?", default=4_000)
    asyncio.run(_run(parser.parse_args().customers))


if __name__ == "__main__":
    main()
