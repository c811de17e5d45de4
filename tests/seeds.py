"""Seeds of tests that walk at random: a few always, the rest in `make soak`."""

from typing import Any

import pytest


def seeds(always: int, soak: int) -> list[Any]:
    """`always` seeds for every run, and as many more as make `soak`."""
    return [*range(always), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(always, soak))]
