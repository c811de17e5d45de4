"""What segments refuse, and why."""

from backend.core.errors import Conflict, Invalid, NotFound


class SegmentUnknown(NotFound):
    code = "segment.unknown"
    text = "There is no segment “{segment}”."


class RunNotFound(NotFound):
    code = "segment.run_not_found"
    text = "There is no such run of segments."


class ClusteringNotFound(NotFound):
    code = "segment.clustering_not_found"
    text = "There is no such grouping of customers."


class ClusteringDecided(Conflict):
    code = "segment.clustering_decided"
    text = "This grouping has been decided on already."


class ClusteringMissing(Conflict):
    code = "segment.clustering_missing"
    text = "No grouping of customers is in use; have one fitted and adopted first."


class PortfolioTooSmall(Invalid):
    code = "segment.portfolio_too_small"
    text = "{customers} customers are too few to look for groups; at least {least} are needed."


class RunOutOfOrder(Invalid):
    code = "segment.run_out_of_order"
    text = "The portfolio was put into segments as of {newest} already; an earlier day would turn moves around."


class RunUnderWay(Conflict):
    code = "segment.run_under_way"
    text = "The portfolio is being put into segments just now; try again when that has ended."


class WorkNotFound(NotFound):
    code = "segment.work_not_found"
    text = "There is no such run or search under way."
