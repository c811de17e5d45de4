"""What targets refuse, and why."""

from backend.core.errors import Conflict, Invalid, NotFound


class MeasureUnknown(Invalid):
    code = "target.measure_unknown"
    text = "“{given}” is none of the measures of the rule-set: {known}."


class DimensionUnknown(Invalid):
    code = "target.dimension_unknown"
    text = "Figures are by {known}, not by “{given}”."


class GroupUnknown(Invalid):
    code = "target.group_unknown"
    text = "“{given}” is no {dimension} of the institution."


class GoalOutOfRange(Invalid):
    code = "target.goal_range"
    text = "A goal for this measure lies between {least} and {most}."


class GoalInPast(Invalid):
    code = "target.goal_past"
    text = "A goal holds from this month or a later one."


class GoalNotFound(NotFound):
    code = "target.goal_not_found"
    text = "There is no such goal."


class MonthUnknown(Invalid):
    code = "target.month"
    text = "Figures are kept by month, up to the one under way."


class TargetsUnderWay(Conflict):
    code = "target.under_way"
    text = "Figures are being computed just now; try again when that has ended."
