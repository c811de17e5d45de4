"""JSON Lines: the first line is the front, then one object a line, and a last one that tells how many there were."""

from collections.abc import Sequence
from typing import IO, Final

import orjson

from backend.reporting.front import Front
from backend.reporting.report import Line

FORMAT: Final = "tenure-report@1"


class JsonLines:
    def __init__(self, out: IO[bytes], front: Front) -> None:
        self._out = out
        self._keys = [column.key for column in front.columns]
        self._put(
            {
                "format": FORMAT,
                "report": front.report.code,
                "title": front.title,
                "language": front.locale,
                "facts": [list(fact) for fact in front.facts],
                "columns": {column.key: term for column, term in zip(front.columns, front.terms, strict=True)},
                "notes": list(front.notes),
            }
        )

    def write(self, lines: Sequence[Line]) -> None:
        self._out.write(
            b"".join(
                [
                    orjson.dumps({key: line[key] for key in self._keys if line.get(key) is not None}) + b"\n"
                    for line in lines
                ]
            )
        )

    def close(self, lines: int) -> str:
        self._put({"end": {"lines": lines}})
        return "jsonl"

    def _put(self, value: object) -> None:
        self._out.write(orjson.dumps(value) + b"\n")
