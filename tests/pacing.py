"""Which file a worker takes next: the longest, so that none waits at the end for one that was begun last.

How long a test of a file takes is what the runs before measured, kept in pytest's cache. The controlling process reads
it for all workers, which have to agree on the order.
"""

import math
from collections import Counter
from typing import Any

import pytest

_MEASURED = "tenure/seconds"


class LongestFirst:
    def __init__(self, config: pytest.Config) -> None:
        self._cache = getattr(config, "cache", None)
        self._seconds: Counter[str] = Counter()
        self._tests: Counter[str] = Counter()

    def pytest_configure_node(self, node: Any) -> None:
        node.workerinput[_MEASURED] = self._measured()

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        measured = getattr(config, "workerinput", {}).get(_MEASURED)
        if measured:
            tests = Counter(_file(item.nodeid) for item in items)
            items.sort(key=lambda item: -measured.get(_file(item.nodeid), math.inf) * tests[_file(item.nodeid)])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._seconds[_file(report.nodeid)] += report.duration
        self._tests[_file(report.nodeid)] += report.when == "setup"

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self._cache is not None and not hasattr(session.config, "workerinput"):
            now = {file: self._seconds[file] / tests for file, tests in self._tests.items()}
            self._cache.set(_MEASURED, self._measured() | now)

    def _measured(self) -> dict[str, float]:
        """Seconds for a test, by file; nothing where pytest keeps no cache."""
        return {} if self._cache is None else self._cache.get(_MEASURED, {})


def _file(nodeid: str) -> str:
    return nodeid.partition("::")[0]
