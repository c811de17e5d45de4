"""Time-stamps by an authority of our own, and by nobody else."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from backend.audit.errors import StampRefused
from backend.audit.timestamps import Stamps, check_all, over_http, request_stamp, verify_stamp
from tests.audit.authority import Authority, serving, soon

TENANT = UUID(int=7)
NOTE = "tenure/demo\n5\nAAAA=\n\n— tenure/demo x\n".encode()


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority(soon())


@pytest.fixture
def served(authority: Authority) -> Iterator[str]:
    with serving(authority) as address:
        yield address


def test_a_head_is_stamped_over_http_and_the_answer_verifies_later(
    authority: Authority, served: str, tmp_path: Path
) -> None:
    answer, at = request_stamp(NOTE, over_http(f"{served}/stamp"), [authority.root])
    stamps = Stamps(tmp_path)
    name = stamps.keep(TENANT, 5, answer)
    sound, broken = check_all(stamps, TENANT, {5: NOTE}.get, [authority.root])
    assert at == authority.now
    assert [(stamp.size, stamp.at, stamp.file) for stamp in sound] == [(5, authority.now, name)]
    assert broken == []


def test_an_answer_for_another_head_is_refused(authority: Authority) -> None:
    answer, _ = request_stamp(NOTE, authority.answer, [authority.root])
    with pytest.raises(StampRefused, match="Mismatch between messages"):
        verify_stamp(answer, NOTE.replace(b"5", b"6"), [authority.root])


def test_an_answer_of_another_authority_is_refused(authority: Authority) -> None:
    with pytest.raises(StampRefused):
        request_stamp(NOTE, Authority(soon()).answer, [authority.root])


def test_an_old_answer_is_not_taken_for_a_new_one(authority: Authority) -> None:
    """The nonce of the request is not in it."""
    old, _ = request_stamp(NOTE, authority.answer, [authority.root])
    with pytest.raises(StampRefused, match="Nonce"):
        request_stamp(NOTE, lambda _: old, [authority.root])


def test_a_changed_answer_is_refused(authority: Authority) -> None:
    answer, _ = request_stamp(NOTE, authority.answer, [authority.root])
    year = answer.index(authority.now.strftime("%Y%m%d").encode())
    with pytest.raises(StampRefused):
        verify_stamp(answer[: year + 3] + b"0" + answer[year + 4 :], NOTE, [authority.root])


def test_what_is_no_time_stamp_is_refused(authority: Authority, served: str) -> None:
    with pytest.raises(StampRefused, match="something else"):
        request_stamp(NOTE, over_http(f"{served}/other"), [authority.root])
    with pytest.raises(StampRefused):
        verify_stamp(b"not DER", NOTE, [authority.root])


def test_an_authority_that_does_not_answer_is_refused(authority: Authority) -> None:
    with pytest.raises(StampRefused):
        request_stamp(NOTE, over_http("http://127.0.0.1:9/"), [authority.root])


def test_a_stamp_is_written_once(tmp_path: Path) -> None:
    stamps = Stamps(tmp_path)
    stamps.keep(TENANT, 5, b"answer")
    with pytest.raises(FileExistsError):
        stamps.keep(TENANT, 5, b"answer")


def test_a_stamp_for_a_head_that_is_not_there_is_told(authority: Authority, tmp_path: Path) -> None:
    answer, _ = request_stamp(NOTE, authority.answer, [authority.root])
    stamps = Stamps(tmp_path)
    name = stamps.keep(TENANT, 9, answer)
    assert check_all(stamps, TENANT, {5: NOTE}.get, [authority.root]) == (
        [],
        [(name, "the log has no head of this size")],
    )


def test_stamps_up_to_a_size_come_in_the_order_of_their_heads(tmp_path: Path) -> None:
    stamps = Stamps(tmp_path)
    for size in (100, 9, 20):
        stamps.keep(TENANT, size, str(size).encode())
    assert [data for _, data in stamps.all(TENANT, 20)] == [b"9", b"20"]
