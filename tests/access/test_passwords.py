"""Which passwords are taken, and which are refused for being what everybody tries first."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.access.directory_errors import WeakPassword
from backend.access.passwords import check_password
from backend.access.sign_in_errors import PasswordCommon, PasswordTooLong
from backend.access.sign_in_rules import SignInRules, sign_in_rules
from backend.core.rulesets import Policies
from tests.conftest import NOW

POLICIES = Policies(Path(__file__).resolve().parents[2] / "policies")
RULES = sign_in_rules(POLICIES, NOW.date()).rules


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "P@ssw0rd1234!",
        "passwordpassword",
        "qwertyuiop12",
        "123456789012",
        "aaaaaaaaaaaa",
        "welcome-2026!",
        "jana.novotna1",
        "Jana.Novotna-2026",
        "Summer2026Winter2025",
        "letmein letmein",
        "heslo1234567",
        "tenure-password",
    ],
)
def test_a_password_of_common_words_or_the_own_name_is_refused(password: str) -> None:
    with pytest.raises(PasswordCommon):
        check_password(RULES.password, "jana.novotna", password)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "tenure-demonstration",
        "twelve signs or more",
        "žluťoučký kůň pěl",
        "我的猫喜欢在雨天看书写字",
    ],
)
def test_a_password_of_several_own_words_is_taken(password: str) -> None:
    check_password(RULES.password, "jana", password)


def test_a_short_password_is_refused_before_anything_else() -> None:
    with pytest.raises(WeakPassword):
        check_password(RULES.password, "jana", "password")


def test_an_endless_password_is_refused() -> None:
    with pytest.raises(PasswordTooLong):
        check_password(RULES.password, "jana", "x y z" * 1000)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(sorted(RULES.password.common)), min_size=1, max_size=6), st.integers(0, 10**12))
def test_no_row_of_common_words_and_figures_is_taken(words: list[str], figures: int) -> None:
    with pytest.raises((PasswordCommon, WeakPassword)):
        check_password(RULES.password, "somebody", "".join(words) + str(figures))


def test_a_rule_set_that_names_an_unknown_right_is_refused() -> None:
    given_ = RULES.model_dump()
    given_["step_up"]["also"] = ["customer.devour"]
    with pytest.raises(ValueError, match=r"customer\.devour"):
        SignInRules.model_validate(given_)


def test_a_lock_doubles_up_to_its_longest() -> None:
    times = [RULES.lock.time(failures, 5) for failures in range(4, 40)]
    assert times[0] is None
    seconds = [time.total_seconds() for time in times if time is not None]
    assert seconds[:4] == [30, 60, 120, 240]
    assert (max(seconds), seconds) == (3600, sorted(seconds))
