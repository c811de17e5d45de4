"""Sorted numpy arrays from 32-bit keys to row numbers: a third of the memory of Python's dictionaries."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int32]


def hashed(key: str) -> int:
    """32 bits. Two keys may share them: what is found must be checked."""
    return crc32(key.encode())


@dataclass(frozen=True, slots=True, eq=False)
class Postings:
    """`keys` are sorted and unique; the values of keys[k] are values[starts[k]:starts[k + 1]]."""

    keys: npt.NDArray[np.uint32]
    starts: Ints
    values: Ints

    def of(self, texts: Iterable[str]) -> Ints:
        """Sorted unique values of all the keys."""
        return self.at(np.fromiter(map(hashed, texts), dtype=np.uint32))

    def at(self, wanted: npt.NDArray[np.uint32]) -> Ints:
        """Sorted unique values of all the hashed keys."""
        at = np.searchsorted(self.keys, wanted)
        found = [
            self.values[self.starts[k] : self.starts[k + 1]]
            for k, key in zip(at.tolist(), wanted.tolist(), strict=True)
            if k < len(self.keys) and self.keys[k] == key
        ]
        return np.unique(np.concatenate(found)) if found else np.empty(0, np.int32)

    def items(self) -> Iterator[tuple[int, Ints]]:
        """Each hashed key with its values."""
        for key, start, end in zip(self.keys.tolist(), self.starts[:-1], self.starts[1:], strict=True):
            yield key, self.values[start:end]

    @property
    def nbytes(self) -> int:
        return self.keys.nbytes + self.starts.nbytes + self.values.nbytes


def packed(pairs: Sequence[tuple[str, int]]) -> Postings:
    keys = np.fromiter((hashed(text) for text, _ in pairs), dtype=np.uint32, count=len(pairs))
    values = np.fromiter((value for _, value in pairs), dtype=np.int32, count=len(pairs))
    order = np.lexsort((values, keys))
    unique, starts = np.unique(keys[order], return_index=True)
    return Postings(unique, np.append(starts, len(pairs)).astype(np.int32), values[order])


@dataclass(frozen=True, slots=True, eq=False)
class Grouped:
    """Values of groups numbered from 0: group k holds values[starts[k]:starts[k + 1]]."""

    starts: Ints
    values: Ints

    def of(self, groups: Ints) -> tuple[Ints, Ints]:
        """The values of the groups one after another, and how many each has."""
        sizes = self.starts[groups + 1] - self.starts[groups]
        offsets = np.repeat(self.starts[groups] - np.concatenate(([0], np.cumsum(sizes)[:-1])), sizes)
        return self.values[np.arange(int(sizes.sum())) + offsets], sizes

    @property
    def nbytes(self) -> int:
        return self.starts.nbytes + self.values.nbytes


def grouped(pairs: Sequence[tuple[int, int]], groups: int) -> Grouped:
    table = np.array(pairs, dtype=np.int32).reshape(-1, 2)
    table = table[np.lexsort((table[:, 1], table[:, 0]))]
    starts = np.searchsorted(table[:, 0], np.arange(groups + 1)).astype(np.int32)
    return Grouped(starts, np.ascontiguousarray(table[:, 1]))
