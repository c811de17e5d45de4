"""What is told of an index: how many records share a tag, from counts alone."""

from backend.privacy.leakage import Leakage, leakage


def test_tags_of_one_record_each_tell_nothing() -> None:
    assert leakage([1] * 40) == Leakage(40, 1, 1, 1, 1, 1.0)


def test_a_common_word_stands_out() -> None:
    told = leakage([1] * 18 + [2, 98])
    assert told is not None
    assert (told.least, told.middle, told.most, told.alone) == (1, 1, 98, 0.9)
    assert 2 <= told.p95 <= 98


def test_a_single_tag_is_measured_too() -> None:
    assert leakage([7]) == Leakage(1, 7, 7, 7.0, 7, 0.0)


def test_an_index_without_tags_is_not_measured() -> None:
    assert leakage([]) is None
