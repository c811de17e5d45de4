"""How two YAML documents differ, as sentences: by path, with the items of lists known by their own names. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from backend.governance.documents import words
from backend.governance.kinds import Change

_NAMES: Final = ("id", "code", "name", "requirement", "level", "fact")
_LONGEST: Final = 160
_SEPARATOR: Final = " › "
_BRANCH: Final = object()
_Flat = dict[str, Any]


def differences(before: Any, after: Any) -> list[Change]:
    """What was added, taken out and changed, in the order of the new document and then of the old."""
    old, new = ({} if side is None else dict(_flat(side, ())) for side in (before, after))
    return [*_added_and_changed(old, new), *_removed(old, new)]


def _added_and_changed(old: _Flat, new: _Flat) -> Iterator[Change]:
    for path, value in new.items():
        place, last = _split(path)
        if path not in old:
            if not _parent_is_new(path, old, new):
                said = words("{what} is added: {value}", what=path, value=_shown(_whole(path, new)))
                yield Change("added", place or last, said)
        elif old[path] != value:
            said = words("{what} was {old}, becomes {new}", what=path, old=_shown(old[path]), new=_shown(value))
            yield Change("changed", place or last, said)


def _removed(old: _Flat, new: _Flat) -> Iterator[Change]:
    for path in old:
        place, last = _split(path)
        if path not in new and not _parent_is_new(path, new, old):
            said = words("{what} is taken out (it was {value})", what=path, value=_shown(_whole(path, old)))
            yield Change("removed", place or last, said)


def _flat(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """Leaves by path; the branches too, without a value, so that a whole new branch is told once."""
    if isinstance(value, Mapping):
        yield from _branch(path)
        for key, part in value.items():
            yield from _flat(part, (*path, str(key)))
    elif isinstance(value, list) and value and all(isinstance(part, Mapping) for part in value):
        yield from _branch(path)
        for number, part in enumerate(value, start=1):
            yield from _flat(part, (*path, _named(part, number)))
    else:
        yield _SEPARATOR.join(path), value


def _branch(path: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    if path:
        yield _SEPARATOR.join(path), _BRANCH


def _named(part: Mapping[str, Any], number: int) -> str:
    return next((str(part[name]) for name in _NAMES if name in part), str(number))


def _parent_is_new(path: str, other: _Flat, own: _Flat) -> bool:
    """Told with its parent already."""
    place, _ = _split(path)
    return bool(place) and place in own and place not in other


def _whole(path: str, of: _Flat) -> Any:
    """A leaf's value; of a branch its leaves, in brief."""
    if of[path] is not _BRANCH:
        return of[path]
    start = path + _SEPARATOR
    leaves = {each.removeprefix(start): value for each, value in of.items() if each.startswith(start)}
    return "; ".join(f"{name}: {_shown(value)}" for name, value in leaves.items() if value is not _BRANCH)


def _split(path: str) -> tuple[str, str]:
    place, _, last = path.rpartition(_SEPARATOR)
    return place, last


def _shown(value: Any) -> str:
    if value is None:
        return "—"
    text = ", ".join(str(part) for part in value) if isinstance(value, list) else str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
