"""Formats TK1, IR1 and DK1: a wrapped key opens in its own place and nowhere else."""

from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from backend.privacy.errors import KeyUnreadable
from backend.privacy.wrapping import WRAPPED, Place, data_key, ids, index_root, root_id, tenant_key, unwrap, wrap


def _place(case: dict[str, Any]) -> Place:
    if case["kind"] == "index root":
        return index_root()
    if case["kind"] == "tenant key":
        return tenant_key(UUID(case["tenant"]))
    return data_key(UUID(case["tenant"]), UUID(case["owner"]))


def test_golden_vectors_are_reproduced_byte_for_byte(golden: dict[str, Any]) -> None:
    for case in golden["cases"]:
        under, key, nonce = (bytes.fromhex(case[name]) for name in ("under", "key", "nonce"))
        wrapped = wrap(AESGCM(under), case["parent"], case["number"], _place(case), key, nonce=nonce)
        assert wrapped.hex() == case["wrapped"]
        assert unwrap(AESGCM(under), _place(case), wrapped) == key
        assert root_id(under) == case["root_id"]


def test_every_flipped_bit_is_refused(key: bytes, tenant: UUID, owner: UUID) -> None:
    under, place = AESGCM(key), data_key(tenant, owner)
    wrapped = wrap(under, 3, 1, place, bytes(32))
    for bit in range(len(wrapped) * 8):
        changed = bytearray(wrapped)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(KeyUnreadable):
            unwrap(under, place, bytes(changed))


def test_key_of_another_customer_tenant_or_kind_is_refused(key: bytes, tenant: UUID, owner: UUID, other: UUID) -> None:
    under = AESGCM(key)
    wrapped = wrap(under, 1, 1, data_key(tenant, owner), bytes(32))
    for elsewhere in (data_key(tenant, other), data_key(other, owner), tenant_key(tenant), index_root()):
        with pytest.raises(KeyUnreadable):
            unwrap(under, elsewhere, wrapped)


def test_wrapped_key_names_its_parent_and_number(key: bytes) -> None:
    wrapped = wrap(AESGCM(key), 9, 4, index_root(), bytes(32))
    assert ids(index_root(), wrapped) == (9, 4)
    assert len(wrapped) == WRAPPED == 69
