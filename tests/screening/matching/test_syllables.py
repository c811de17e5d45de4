import pytest

from backend.screening.matching.syllables import chinese_name, korean_name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("xi jinping", "hsi chin ping"),
        ("mao zedong", "mao tse tung"),
        ("deng xiaoping", "teng hsiao ping"),
        ("zhou enlai", "chou en lai"),
    ],
)
def test_pinyin_and_wade_giles_fold_alike(one: str, other: str) -> None:
    assert chinese_name(tuple(one.split())) == chinese_name(tuple(other.split())) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [("kim jong un", "gim jeong eun"), ("pak yong chol", "park young chul"), ("choe hyon", "choi hyun")],
)
def test_korean_spellings_fold_alike(one: str, other: str) -> None:
    assert korean_name(tuple(one.split())) == korean_name(tuple(other.split())) is not None


@pytest.mark.parametrize("name", ["john smith", "maria garcia", "teodor morvane", "li", "wang"])
def test_other_names_are_not_cut(name: str) -> None:
    assert chinese_name(tuple(name.split())) is None
    assert korean_name(tuple(name.split())) is None
