"""What people and the platform do with segments: one verb per use case."""

from backend.engagement.segments.service.grouping import (
    adopt,
    centres,
    fit,
    may_decide,
    population_of,
    reject,
    steady,
    traits,
    tried,
    weak,
)
from backend.engagement.segments.service.running import run_clusters, run_rules
from backend.engagement.segments.service.telling import (
    Told,
    arrivals_told,
    failure_words,
    flows_told,
    outside,
    told,
    whys,
)
from backend.engagement.segments.service.working import ask, carry_out, fail, note

__all__ = [
    "Told",
    "adopt",
    "arrivals_told",
    "ask",
    "carry_out",
    "centres",
    "fail",
    "failure_words",
    "fit",
    "flows_told",
    "may_decide",
    "note",
    "outside",
    "population_of",
    "reject",
    "run_clusters",
    "run_rules",
    "steady",
    "told",
    "traits",
    "tried",
    "weak",
    "whys",
]
