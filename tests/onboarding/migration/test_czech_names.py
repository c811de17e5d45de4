"""Names from a seed: Czech, in the person's form, and the same on every run."""

from collections import Counter

from backend.onboarding.migration.czech_names import name_for

KEYS = [str(number) for number in range(1, 2001)]


def test_the_same_key_and_seed_give_the_same_name() -> None:
    """Written out: a change of the table or the choice would rename the customers of every demonstration."""
    assert [name_for(key, "female", 1999).full for key in ("1", "2", "3")] == [
        "Hana Konečná",
        "Ivana Malá",
        "Petra Soukupová",
    ]


def test_another_seed_gives_other_names() -> None:
    same = sum(name_for(key, "male", 1) == name_for(key, "male", 2) for key in KEYS)
    assert same < len(KEYS) // 50


def test_a_surname_has_the_form_of_the_persons_gender() -> None:
    assert all(name_for(key, "female", 1).family.endswith(("á", "ová")) for key in KEYS)
    assert not any(name_for(key, "male", 1).family.endswith("ová") for key in KEYS)


def test_names_are_spread_over_the_table() -> None:
    families = Counter(name_for(key, "female", 1).family for key in KEYS)
    assert len(families) > 50
    assert families.most_common(1)[0][1] < len(KEYS) // 20
