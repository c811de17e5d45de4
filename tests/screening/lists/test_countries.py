import pytest

from backend.screening.lists.countries import country_code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Iran", "IR"),
        ("Congo, Democratic Republic of the", "CD"),
        ("Democratic People's Republic of Korea", "KP"),
        ("Côte d’Ivoire", "CI"),
        ("Türkiye", "TR"),
        ("ru", "RU"),
        ("Burma", "MM"),
    ],
)
def test_publishers_names_become_iso_codes(text: str, code: str) -> None:
    assert country_code(text) == code


@pytest.mark.parametrize("text", [None, "", "Atlantis", "undetermined"])
def test_what_is_no_country_is_none(text: str | None) -> None:
    assert country_code(text) is None
