"""What people and the platform do with segments: one verb per use case."""

from backend.engagement.segments.service.grouping import adopt, fit, may_decide, reject, traits, weak
from backend.engagement.segments.service.running import run_clusters, run_rules
from backend.engagement.segments.service.telling import Told, flows_told, told, whys

__all__ = [
    "Told",
    "adopt",
    "fit",
    "flows_told",
    "may_decide",
    "reject",
    "run_clusters",
    "run_rules",
    "told",
    "traits",
    "weak",
    "whys",
]
