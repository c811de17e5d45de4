"""A rating of the portfolio outside the request that asks for it: page by page, begun at once in this process."""

from typing import Final

from backend.edge.page_runs import PageRuns
from backend.risk import queries, service
from backend.risk.models import RatingRun

_RUNS: Final[PageRuns[RatingRun]] = PageRuns("rating", service.start, lambda: service.advance, queries.run)
start = _RUNS.begin
to_its_end = _RUNS.to_its_end
