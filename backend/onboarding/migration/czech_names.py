"""Czech names for people whose names were taken out of the data: made from a seed, the same on every run.

Surnames come in the form of the person's gender. A couple of names met by chance is nobody in particular.
"""

import random
from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml

_FILE = Path(__file__).with_name("czech_names.yaml")


class PersonName(NamedTuple):
    given: str
    family: str

    @property
    def full(self) -> str:
        return f"{self.given} {self.family}"


def name_for(key: str, gender: str, seed: int) -> PersonName:
    """`gender` is female or male; the same key, gender and seed give the same name on every machine."""
    choice = random.Random(f"{seed}:{key}")  # noqa: S311 - invents names, guards nothing
    given = choice.choice(_names()["women" if gender == "female" else "men"])
    return PersonName(given, choice.choice(_names()["surnames"]).split("/")[gender == "female"])


@cache
def _names() -> dict[str, list[str]]:
    names: dict[str, list[str]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return names
