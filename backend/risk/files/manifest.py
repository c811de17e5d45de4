"""What a folder of ratings was made of: the rule-set, the day and the files. Another rating needs another folder."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from backend.risk.files.errors import OtherRatingsInFolder
from backend.risk.files.parts import Part
from risk_models.crr_book import Rating

FILE = "rating.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    scheme: str
    ruleset: str
    on: str
    parts: tuple[Part, ...]

    @classmethod
    def of(cls, rating: Rating, on: date, parts: Sequence[Part]) -> Manifest:
        return cls(rating.rules.id, rating.digest, on.isoformat(), tuple(parts))

    @property
    def digest(self) -> str:
        """Names the work: files are known by content, so that moving them changes nothing."""
        parts = [[part.number, part.groups, part.rows, part.sha256] for part in self.parts]
        text = json.dumps([self.scheme, self.ruleset, self.on, parts])
        return hashlib.sha256(text.encode()).hexdigest()

    def claim(self, target: Path) -> None:
        """Take the folder, or go on in it; refuses one that holds other ratings."""
        target.mkdir(parents=True, exist_ok=True)
        path = target / FILE
        if path.exists():
            found = json.loads(path.read_text(encoding="utf-8"))
            if found["digest"] != self.digest:
                raise OtherRatingsInFolder(folder=str(target), scheme=found["scheme"], on=found["on"])
            return
        if any(target.glob("part-*.parquet")):
            raise OtherRatingsInFolder(folder=str(target), scheme="?", on="?")
        document = {"digest": self.digest, **asdict(self)}
        replace(path, json.dumps(document, indent=1).encode())


def replace(path: Path, content: bytes) -> None:
    """Whole or not at all, also after a power cut."""
    beside = path.with_suffix(".unfinished")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
