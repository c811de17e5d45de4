"""Format BI1: equal values meet, different places do not, and skewed fields hide in a crowd."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.privacy.blind import TRANSFORMS, Blinder, BlindIndex
from backend.privacy.errors import IndexRefused, NotIndexable
from backend.privacy.field import FieldRef

VALUE = FieldRef("party_identifier", "value")
IDENTIFIER = BlindIndex.unique(VALUE, "national_id", "identifier")


def test_golden_vectors_are_reproduced_byte_for_byte(golden: dict[str, Any]) -> None:
    for case in golden["cases"]:
        index = BlindIndex(
            FieldRef(case["table"], case["column"]), case["name"], case["transform"], case["bits"], case["version"]
        )
        blinder = Blinder(bytes.fromhex(case["index_root"]), UUID(case["tenant"]))
        assert blinder.tag(index, case["value"]).hex() == case["tag"]


@pytest.mark.parametrize(
    ("transform", "left", "right"),
    [
        ("identifier", "ab 12-34/5", "AB12345"),
        ("identifier", "１２３４", "1234"),
        ("email", "Jan@BÜCHER.example", "jan@xn--bcher-kva.example"),
        ("phone", "+420 602-123 456", "420602123456"),
        ("phone", "+٤٢٠602123456", "420602123456"),
        ("identity", "Ångström", "Ångström"),
    ],
)
def test_ways_of_writing_one_value_share_a_tag(key: bytes, tenant: UUID, transform: str, left: str, right: str) -> None:
    index, blinder = BlindIndex.unique(VALUE, "x", transform), Blinder(key, tenant)
    assert blinder.tag(index, left) == blinder.tag(index, right)


@pytest.mark.parametrize(
    ("transform", "value"),
    [
        ("identity", ""),
        ("identity", "\ud800"),
        ("identifier", "-- / "),
        ("email", "nobody"),
        ("email", "@example.com"),
        ("email", "a@"),
        ("phone", "+42"),
        ("phone", "1234567890123456"),
        ("phone", "12a456"),
    ],
)
def test_value_without_a_form_is_refused_and_not_repeated(key: bytes, tenant: UUID, transform: str, value: str) -> None:
    with pytest.raises(NotIndexable) as caught:
        Blinder(key, tenant).tag(BlindIndex.unique(VALUE, "x", transform), value)
    assert caught.value.params == {"column": "party_identifier.value", "transform": transform}
    assert caught.value.__context__ is None


@given(text=st.text(), transform=st.sampled_from(sorted(TRANSFORMS)))
def test_any_text_is_either_tagged_or_refused_by_name(key: bytes, tenant: UUID, text: str, transform: str) -> None:
    try:
        tag = Blinder(key, tenant).tag(BlindIndex.unique(VALUE, "x", transform), text)
    except NotIndexable:
        return
    assert len(tag) == 16


def test_tag_depends_on_root_tenant_table_column_name_and_version(key: bytes, tenant: UUID, other: UUID) -> None:
    tags = {
        Blinder(key, tenant).tag(IDENTIFIER, "123"),
        Blinder(bytes(32), tenant).tag(IDENTIFIER, "123"),
        Blinder(key, other).tag(IDENTIFIER, "123"),
        Blinder(key, tenant).tag(BlindIndex.unique(FieldRef("other", "value"), "national_id", "identifier"), "123"),
        Blinder(key, tenant).tag(
            BlindIndex.unique(FieldRef("party_identifier", "v"), "national_id", "identifier"), "123"
        ),
        Blinder(key, tenant).tag(BlindIndex.unique(VALUE, "passport", "identifier"), "123"),
        Blinder(key, tenant).tag(BlindIndex.unique(VALUE, "national_id", "identifier", version=2), "123"),
    }
    assert len(tags) == 7


@pytest.mark.parametrize("value", [True, False, 1, None, b"x"])
def test_what_is_not_text_is_refused(key: bytes, tenant: UUID, value: Any) -> None:
    with pytest.raises(NotIndexable):
        Blinder(key, tenant).tag(BlindIndex.unique(VALUE, "x", "identity"), value)


@pytest.mark.parametrize("distinct", [1, 2, 3, 7])
def test_field_of_a_few_values_gets_no_index(distinct: int) -> None:
    with pytest.raises(IndexRefused):
        BlindIndex.skewed(VALUE, "flag", "identity", distinct=distinct)


def test_skewed_index_puts_several_values_behind_each_tag(key: bytes, tenant: UUID) -> None:
    index, blinder = BlindIndex.skewed(VALUE, "city", "identity", distinct=4096, crowd=4), Blinder(key, tenant)
    tags = {blinder.tag(index, f"city {n}") for n in range(4096)}
    assert index.bits == 10
    assert len(tags) <= 1024
    assert all(tag[1] & 0b0011_1111 == 0 for tag in tags)


def test_unknown_transform_is_refused_at_definition() -> None:
    with pytest.raises(ValueError, match="unknown transform"):
        BlindIndex.unique(VALUE, "x", "rot13")
