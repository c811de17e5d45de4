"""`make bench`: every benchmark in a process of its own, one after the other: none warms another's caches."""

import subprocess
import sys
from typing import Final

BENCHMARKS: Final = {
    "Bulk onboarding": "bulk_onboarding",
    "Access decisions": "access",
    "GraphQL": "graphql",
    "Audit": "audit_throughput",
    "Rating in service": "rating_service",
    "A night of reviews": "reviews",
    "Selling": "can_sell",
    "Holdings": "holdings",
    "Fitting models": "models",
    "Scores of a million customers": "life_scores",
    "Stages of a million customers": "stages",
    "The life of a portfolio": "life",
    "Personal fields": "personal_fields",
    "Data keys": "data_keys",
    "Search tags": "leakage",
    "Reports": "report",
    "Offline verification": "audit_verify",
}


def main() -> int:
    chosen = set(sys.argv[1:]) or set(BENCHMARKS.values())
    failed = 0
    for title, name in BENCHMARKS.items():
        if name in chosen:
            print(f"\n{title}\n{'─' * len(title)}", flush=True)
            failed += subprocess.run([sys.executable, "-m", f"tests.benchmarks.{name}"], check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
