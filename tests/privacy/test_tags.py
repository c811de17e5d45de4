"""Format NT1: which names a query finds, in which scripts, and that tags need the key."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backend.privacy.tags import Kind, Tagger, Token, name_tokens, query_tokens


def _answers(name: str, query: str) -> bool:
    tokens, required = name_tokens(name), query_tokens(query)
    return bool(required) and all(tokens & alternatives for alternatives in required)


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("Jan Novák", "novak jan"),
        ("Jan Novák", "J. Novák"),
        ("Jan Novak", "NOVÁK"),
        ("Jürgen Müller", "Mueller"),
        ("Jurgen Muller", "Müller"),
        ("Søren Ågård", "Soeren Aagaard"),
        ("Иванов Пётр", "ivanov"),
        ("Ivanov Petr", "Иванов"),
        ("Sinéad O’Brien", "O'Brien"),
        ("Sinéad O'Brien", "o brien"),
        ("Jean-Pierre Léaud", "jean pierre"),
        ("Jean-Pierre Léaud", "Jeanpierre"),
        ("王小明", "王"),
        ("王小明", "小明"),
        ("王小明", "王小明"),
        ("王 小明", "王小明"),
        ("王小明", "王 小明"),
        ("王小明", "Wang Xiaoming"),
        ("王小明", "xiaoming WANG"),
        ("王小明", "wangxiaoming"),
        ("王小明", "W Xiaoming"),
        ("吕布", "Lü Bu"),
        ("吕布", "lv bu"),
        ("吕布", "LYU BU"),
        ("欧阳小明", "Ouyang Xiaoming"),
        ("单雄信", "shan"),
        ("𠮷野家", "𠮷野"),
        ("हिन्दी शर्मा", "हिन्दी"),
        ("김철수", "김철수"),
        ("中国工商银行股份有限公司", "工商银行"),
        ("Müller GmbH 王小明", "小明 Müller"),
    ],
)
def test_query_finds_the_name(name: str, query: str) -> None:
    assert _answers(name, query)


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("Jan Novák", "Nov"),
        ("Jan Novák", "Jana Novák"),
        ("Jan Novák", "K Novák"),
        ("王小明", "小王"),
        ("王小明", "明小"),
        ("王小明", "Li Xiaoming"),
        ("Jan Novák", ""),
        ("Jan Novák", " -- '"),
    ],
)
def test_query_does_not_find_another_name(name: str, query: str) -> None:
    assert not _answers(name, query)


@given(name=st.text(min_size=1))
@example(name="a'b:c")
def test_every_name_with_letters_finds_itself(name: str) -> None:
    assert _answers(name, name) or not query_tokens(name)


def test_no_token_is_a_prefix_of_a_word() -> None:
    words = {token.text for token in name_tokens("Novák") if token.kind is Kind.WORD}
    assert words == {"novak"}


def test_golden_vectors_are_reproduced_byte_for_byte(golden: dict[str, Any]) -> None:
    for case in golden["cases"]:
        tagger = Tagger(bytes.fromhex(case["index_root"]), UUID(case["tenant"]), case["version"])
        assert {f"{t.kind}:{t.text}": tagger.tag(t).hex() for t in name_tokens(case["name"])} == case["tags"]
        assert [[tag.hex() for tag in any_of] for any_of in tagger.query(case["query"])] == case["asked"]


def test_tag_depends_on_root_tenant_version_kind_and_text(key: bytes, tenant: UUID, other: UUID) -> None:
    token = Token(Kind.WORD, "wang")
    tags = {
        Tagger(key, tenant).tag(token),
        Tagger(bytes(32), tenant).tag(token),
        Tagger(key, other).tag(token),
        Tagger(key, tenant, 2).tag(token),
        Tagger(key, tenant).tag(Token(Kind.PINYIN, "wang")),
        Tagger(key, tenant).tag(Token(Kind.WORD, "wong")),
    }
    assert len(tags) == 6


def test_stored_tags_do_not_keep_the_order_of_words(key: bytes, tenant: UUID) -> None:
    assert Tagger(key, tenant).name("Jan Novák") == Tagger(key, tenant).name("Novák Jan")
