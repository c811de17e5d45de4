"""Stages and warnings of the portfolio outside the request that asks for them: read once, written page by page."""

from typing import Final

from backend.edge.page_runs import PageRuns
from backend.engagement import portfolio
from backend.engagement.stages import queries
from backend.engagement.stages.models import StageRun

_RUNS: Final[PageRuns[StageRun]] = PageRuns("stages", portfolio.start, lambda: portfolio.Walk().advance, queries.run)
start = _RUNS.begin
to_its_end = _RUNS.to_its_end
