"""Who looks after whom: each area of the country goes to one relationship manager, the large ones to several. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Manager:
    id: UUID
    team_id: UUID | None


class Books:
    """Districts are dealt out, the largest first, each to the manager with the smallest book so far."""

    def __init__(self, managers: Sequence[Manager], districts: Iterable[str | None]) -> None:
        sizes = Counter(districts)
        load = {manager.id: 0 for manager in managers}
        self._of: dict[str | None, Manager] = {}
        for district, size in sorted(sizes.items(), key=lambda pair: (-pair[1], pair[0] or "")):
            if not managers:
                break
            lightest = min(managers, key=lambda manager: (load[manager.id], managers.index(manager)))
            self._of[district] = lightest
            load[lightest.id] += size

    def manager(self, district: str | None) -> Manager | None:
        return self._of.get(district)
