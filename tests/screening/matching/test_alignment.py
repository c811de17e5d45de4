from hypothesis import given
from hypothesis import strategies as st

from backend.screening.matching.alignment import How, agreement, align
from backend.screening.matching.person_names import person_readings
from backend.screening.matching.words import Word, person_word

names = st.lists(
    st.sampled_from(["stellovan", "morvane", "kelvan", "zubaydi", "qasimi", "ivo", "lahbous", "morvan", "stellova"]),
    min_size=1,
    max_size=4,
).map(" ".join)


def read(text: str) -> tuple[Word, ...]:
    return person_readings(text)[0].words


def test_every_word_is_in_one_pair_or_left_over() -> None:
    found = align(read("Teodor Ivo Morvane"), read("Morvane Teodor Kelvan"))
    assert sorted([*(i for pair in found.pairs for i in pair.left), *found.left_over]) == [0, 1, 2]
    assert sorted([*(j for pair in found.pairs for j in pair.right), *found.right_over]) == [0, 1, 2]


def test_a_word_is_used_once() -> None:
    found = align(read("Teodor Teodor"), read("Teodor"))
    assert len(found.pairs) == 1
    assert len(found.left_over) == 1


def test_neighbours_written_together_are_one_pair() -> None:
    (pair,) = align(read("Lah Bous"), read("Lahbous")).pairs
    assert (pair.left, pair.right, pair.how) == ((0, 1), (0,), How.JOINED)


def test_particles_count_where_they_were_written_into_the_name() -> None:
    found = align(read("Ramzi bin al-Shibh"), read("Ramzi Binalshibh"))
    assert not found.left_over
    assert not found.right_over


def test_an_initial_agrees_with_what_it_may_stand_for() -> None:
    assert agreement(person_word("j"), person_word("joachim"))[0] > 0
    assert agreement(person_word("j"), person_word("teodor"))[0] == 0


def test_two_well_known_names_do_not_agree_however_near() -> None:
    assert agreement(person_word("mahmoud"), person_word("mohamud"))[0] == 0


@given(names, names)
def test_agreement_of_names_the_tables_do_not_know_is_symmetric(one: str, other: str) -> None:
    for left in read(one):
        for right in read(other):
            assert agreement(left, right) == agreement(right, left)


@given(names)
def test_a_name_agrees_with_itself_wholly(name: str) -> None:
    found = align(read(name), read(name))
    assert all(pair.agreement == 1 for pair in found.pairs)
    assert not found.left_over
