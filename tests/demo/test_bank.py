"""The made bank: whole, the same for the same seed, and of the proportions of the real one."""

from pathlib import Path

from backend.demo.bank import write_bank
from backend.onboarding.migration.berka_files import read_bank


def _bytes(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_the_made_bank_reads_back_without_a_problem(tmp_path: Path) -> None:
    bank = read_bank(write_bank(tmp_path, accounts=120, seed=1))
    assert bank.problems == []
    assert (len(bank.accounts), len(bank.clients), len(bank.holders)) == (120, 140, 140)
    assert min(map(len, (bank.cards, bank.loans, bank.orders, bank.movements))) > 0


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    first, again, other = (
        _bytes(write_bank(tmp_path / str(number), accounts=30, seed=seed)) for number, seed in enumerate((1, 1, 2))
    )
    assert first == again
    assert {name for name in first if first[name] != other[name]} > {"client.asc", "account.asc", "loan.asc"}


def test_balances_follow_from_the_amounts(tmp_path: Path) -> None:
    bank = read_bank(write_bank(tmp_path, accounts=20, seed=1))
    last: dict[str, tuple[object, object]] = {}
    for movement in bank.movements.values():
        change = movement.amount if movement.direction == "credit" else -movement.amount
        day, balance = last.get(movement.account, (movement.booked_on, movement.balance - change))
        assert (movement.balance, movement.booked_on >= day) == (balance + change, True)
        last[movement.account] = movement.booked_on, movement.balance


def test_every_outcome_of_the_take_over_has_its_clients(tmp_path: Path) -> None:
    """Disponents, minors and loans in arrears are what the rule-set tells apart."""
    bank = read_bank(write_bank(tmp_path, accounts=300, seed=1))
    assert {holder.role for holder in bank.holders.values()} == {"owner", "disponent"}
    assert {"running_in_debt", "finished_unpaid", "running"} <= {loan.status for loan in bank.loans.values()}
    births = [client.birth_date for client in bank.clients.values()]
    assert any((bank.cut_over - born).days < 15 * 365 for born in births)


def test_nothing_is_booked_before_its_account_was_opened(tmp_path: Path) -> None:
    bank = read_bank(write_bank(tmp_path, accounts=60, seed=1))
    opened = {account.id: account.opened_on for account in bank.accounts.values()}
    assert all(opened[movement.account] <= movement.booked_on for movement in bank.movements.values())
