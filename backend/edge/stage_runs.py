"""Stages and warnings of the portfolio outside the request that asks for them: read once, written page by page.

At the end of a run the funnel that people look at until the next one is kept, where there are many customers.
"""

from typing import Final

from backend.edge.page_runs import PageRuns
from backend.engagement import portfolio
from backend.engagement.funnel import service as funnel
from backend.engagement.stages import queries
from backend.engagement.stages.models import StageRun

_RUNS: Final[PageRuns[StageRun]] = PageRuns(
    "stages", portfolio.start, lambda: portfolio.Walk().advance, queries.run, funnel.keep
)
start = _RUNS.begin
to_its_end = _RUNS.to_its_end
