"""Integrated ownership as absorption: a sparse, exact solution of the linear system of cross-holdings.

Let a walk start at the company and go, at each step, to an owner with the probability of its share; it ends at those
who have no owners. The chance to end at somebody is that party's integrated interest (Brioschi, Buzzacchi and
Colombo, "Risk capital financing and the separation of ownership and control in business groups", Journal of Banking
and Finance 13, 1989, state it as a matrix inverse). States are eliminated one by one, those first that only the
company leads to: without cycles that is one pass upwards, and a cycle costs a division by 1 − (share in itself).
"""

import heapq
from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from uuid import UUID

Links = dict[UUID, dict[UUID, Fraction]]
_ZERO, _ONE = Fraction(0), Fraction(1)


def absorption(
    owners: Mapping[UUID, Mapping[UUID, Fraction]], target: UUID, ends: Collection[UUID] = ()
) -> dict[UUID, Fraction]:
    """The interest of everybody above `target` who has no owners, or is named in `ends`; shares sum to at most one.

    Companies that own nothing but each other lead nowhere, and their part is missing in the sum.
    """
    forward = _above(owners, target, ends)
    backward: dict[UUID, set[UUID]] = {node: set() for node in forward}
    for node, links in forward.items():
        for owner in links:
            if owner in forward:
                backward[owner].add(node)
    order = _Order(forward, backward, target)
    while (cheapest := order.next()) is not None:
        order.changed(_eliminate(forward, backward, cheapest))
    rest = forward[target]
    keep = _ONE - rest.pop(target, _ZERO)
    return {owner: fraction / keep for owner, fraction in rest.items()} if keep else {}


def _above(owners: Mapping[UUID, Mapping[UUID, Fraction]], target: UUID, ends: Collection[UUID]) -> Links:
    """The companies between the target and the ends, each with its owners."""
    links: Links = {target: dict(owners.get(target, {}))}
    waiting = [target]
    while waiting:
        for owner in links[waiting.pop()]:
            if owner not in links and owner not in ends and owners.get(owner):
                links[owner] = dict(owners[owner])
                waiting.append(owner)
    return links


class _Order:
    """Next comes a company that only the target leads to, or else the one whose elimination makes fewest links."""

    def __init__(self, forward: Links, backward: dict[UUID, set[UUID]], target: UUID) -> None:
        self._forward, self._backward, self._target = forward, backward, target
        self._heap = [(self._cost(node), node) for node in forward if node != target]
        heapq.heapify(self._heap)

    def _cost(self, node: UUID) -> int:
        before = self._backward[node]
        return (len(before) - (self._target in before)) * len(self._forward[node])

    def next(self) -> UUID | None:
        while self._heap:
            cost, node = heapq.heappop(self._heap)
            if node in self._forward and cost == self._cost(node):
                return node
        return None

    def changed(self, nodes: Iterable[UUID]) -> None:
        """An outdated place in the queue is passed over when its turn comes."""
        for node in nodes:
            if node in self._backward and node != self._target:
                heapq.heappush(self._heap, (self._cost(node), node))


def _eliminate(forward: Links, backward: dict[UUID, set[UUID]], node: UUID) -> set[UUID]:
    """Whoever led to the node now leads to its owners; answers with those whose links changed."""
    links = forward.pop(node)
    before = backward.pop(node) - {node}
    keep = _ONE - links.pop(node, _ZERO)
    onward = {owner: fraction / keep for owner, fraction in links.items()} if keep else {}
    for owner in links:
        if owner in backward:
            backward[owner].discard(node)
    for earlier in before:
        share = forward[earlier].pop(node)
        for owner, fraction in onward.items():
            forward[earlier][owner] = forward[earlier].get(owner, _ZERO) + share * fraction
            if owner in backward:
                backward[owner].add(earlier)
    return {*before, *links}
