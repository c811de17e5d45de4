"""What a screening found becomes alerts: once, remembered when decided, reopened when a side changed."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from backend.access.context import Context
from backend.audit.reading import trail
from backend.core.clock import FixedClock
from backend.screening.alerts import queries, service
from backend.screening.alerts.findings import Recorded, entries_removed, parties_alerted
from backend.screening.alerts.models import AlertState, ScreeningAlert
from backend.screening.alerts.queries import NOTHING, Standing
from tests.factories import onboarding as make
from tests.factories.alerts import FALSE_POSITIVE, INCONCLUSIVE, TRUE_MATCH, Listed, Screener, entity


async def _decided(screener: Screener, verdict: service.Verdict = FALSE_POSITIVE) -> tuple[ScreeningAlert, Listed]:
    """A pair that one person has decided."""
    on = Listed("other")
    party = await screener.party()
    await screener.screen(party, on, entity())
    alert = await screener.only(party)
    await screener.bank.run("officer", service.decide, alert.id, verdict)
    return alert, on


async def _standing(bank: make.Bank, party_id: Any) -> Standing:
    async with bank.platform.transaction(bank.system) as ctx:
        return (await queries.standing(ctx, [party_id]))[party_id]


async def test_a_finding_opens_an_alert_that_explains_itself(screener: Screener) -> None:
    alert = await screener.raised()
    assert (alert.state, alert.severity, alert.four_eyes, alert.entity_ref) == (AlertState.OPEN, "critical", True, "1")


async def test_the_same_screening_twice_writes_nothing_the_second_time(screener: Screener) -> None:
    party, on = await screener.party(), Listed()
    assert (await screener.screen(party, on, entity(), entity(ref="2"))).opened == 2
    before = await screener.alerts(party_id=party)
    again = await screener.screen(party, on, entity(), entity(ref="2"))
    assert (again.opened, again.unchanged) == (0, 2)
    assert [row.ver for row in await screener.alerts(party_id=party)] == [row.ver for row in before]


async def test_a_screening_without_findings_and_alerts_writes_nothing(screener: Screener) -> None:
    assert await screener.screen(await screener.party(), Listed()) == Recorded()


async def test_a_decided_pair_is_suppressed_and_counted(screener: Screener) -> None:
    alert, on = await _decided(screener)
    on.next_version()
    assert (await screener.screen(alert.party_id, on, entity())).suppressed == 1
    kept = await screener.only(alert.party_id)
    assert (kept.state, kept.suppressed) == (AlertState.FALSE_POSITIVE, 1)


async def test_a_suppressed_pair_is_counted_once_for_each_version_of_its_list(screener: Screener) -> None:
    alert, on = await _decided(screener)
    on.next_version()
    for _ in range(3):
        await screener.screen(alert.party_id, on, entity())
    assert (await screener.only(alert.party_id)).suppressed == 1


async def test_a_changed_remark_does_not_reopen(screener: Screener) -> None:
    alert, on = await _decided(screener)
    assert (await screener.screen(alert.party_id, on, entity(remarks="See annex"))).suppressed == 1


async def test_a_changed_name_of_the_entry_reopens(screener: Screener) -> None:
    alert, on = await _decided(screener)
    changed = replace(entity(), names=(*entity().names, *entity("Rurik Vasnetsov").names))
    assert (await screener.screen(alert.party_id, on, changed)).reopened == 1
    reopened = await screener.only(alert.party_id)
    assert (reopened.state, reopened.cause, reopened.decided_by) == (AlertState.OPEN, "entry_changed", None)


async def test_changed_facts_of_the_customer_reopen(screener: Screener) -> None:
    alert, on = await _decided(screener)
    assert (await screener.screen(alert.party_id, on, entity(), facts=b"facts-2")).reopened == 1
    assert (await screener.only(alert.party_id)).cause == "customer_changed"


async def test_a_decision_is_remembered_through_its_last_day(screener: Screener, clock: FixedClock) -> None:
    alert, on = await _decided(screener)
    clock.advance(timedelta(days=365))
    assert (await screener.screen(alert.party_id, on, entity())).suppressed == 1


async def test_a_decision_expires(screener: Screener, clock: FixedClock) -> None:
    alert, on = await _decided(screener)
    clock.advance(timedelta(days=366))
    assert (await screener.screen(alert.party_id, on, entity())).reopened == 1
    assert (await screener.only(alert.party_id)).cause == "expired"


async def test_doubt_is_remembered_for_less_time(screener: Screener, clock: FixedClock) -> None:
    alert, on = await _decided(screener, INCONCLUSIVE)
    clock.advance(timedelta(days=91))
    assert (await screener.screen(alert.party_id, on, entity())).reopened == 1


async def test_the_schedule_reopens_what_is_no_longer_remembered(screener: Screener, clock: FixedClock) -> None:
    alert, _ = await _decided(screener)
    assert await screener.bank.run("system", service.reopen_expired) == 0
    clock.advance(timedelta(days=366))
    assert await screener.bank.run("system", service.reopen_expired) == 1
    assert (await screener.only(alert.party_id)).state == AlertState.OPEN


async def test_an_alert_that_no_longer_matches_becomes_obsolete(screener: Screener) -> None:
    party, on = await screener.party(), Listed()
    await screener.screen(party, on, entity())
    assert (await screener.screen(party, on)).obsolete == 1
    assert (await screener.only(party)).state == AlertState.OBSOLETE


async def test_an_alert_on_an_entry_that_was_not_compared_stays(screener: Screener) -> None:
    party, on = await screener.party(), Listed()
    await screener.screen(party, on, entity(), entity(ref="2"))
    assert (await screener.screen(party, on, compared={(on.id, "2")})).obsolete == 1
    states = {alert.entity_ref: alert.state for alert in await screener.alerts(party_id=party)}
    assert states == {"1": AlertState.OPEN, "2": AlertState.OBSOLETE}


async def test_an_alert_on_a_list_that_was_not_screened_stays(screener: Screener) -> None:
    party, on = await screener.party(), Listed()
    await screener.screen(party, on, entity())
    assert (await screener.screen(party, Listed())).obsolete == 0


async def test_an_obsolete_alert_comes_back_when_the_match_does(screener: Screener) -> None:
    party, on = await screener.party(), Listed()
    await screener.screen(party, on, entity())
    await screener.screen(party, on)
    assert (await screener.screen(party, on, entity())).reopened == 1


async def test_a_proposal_falls_when_the_customer_changes(screener: Screener) -> None:
    alert = await screener.raised()
    await screener.bank.run("officer", service.decide, alert.id, FALSE_POSITIVE)
    on = Listed("sanctions", alert.list_id, alert.list_version_id)
    await screener.screen(alert.party_id, on, entity(), facts=b"facts-2")
    fallen = await screener.only(alert.party_id)
    assert (fallen.state, fallen.proposal, fallen.proposed_by) == (AlertState.OPEN, None, None)


async def test_a_removed_entry_closes_its_open_alerts(screener: Screener) -> None:
    alert = await screener.raised()
    removed = await screener.bank.run("system", entries_removed, alert.list_id, ["1"], alert.list_version_id)
    left = await screener.only(alert.party_id)
    assert (removed, left.state, left.listed) == (1, AlertState.OBSOLETE, False)
    assert await screener.bank.run("system", entries_removed, alert.list_id, ["1"], alert.list_version_id) == 0


async def test_a_removed_entry_ends_a_true_match_but_not_its_decision(screener: Screener, bank: make.Bank) -> None:
    alert, on = await _decided(screener, TRUE_MATCH)
    assert (await _standing(bank, alert.party_id)).true_match == 1
    await bank.run("system", entries_removed, on.id, ["1"], on.version)
    assert (await screener.only(alert.party_id)).state == AlertState.TRUE_MATCH
    assert (await _standing(bank, alert.party_id)).true_match == 0


async def test_a_true_match_stands_while_it_is_looked_at_again(screener: Screener, bank: make.Bank) -> None:
    alert, on = await _decided(screener, TRUE_MATCH)
    await screener.screen(alert.party_id, on, entity(), facts=b"facts-2")
    standing = await _standing(bank, alert.party_id)
    assert (standing.open, standing.true_match, standing.clear) == (1, 1, False)


async def test_a_confirmed_match_on_a_pep_list_makes_politically_exposed(screener: Screener, bank: make.Bank) -> None:
    alert = await screener.raised("pep")
    assert not (await _standing(bank, alert.party_id)).politically_exposed
    await bank.run("officer", service.decide, alert.id, TRUE_MATCH)
    await bank.run("officer2", service.confirm, alert.id)
    assert (await _standing(bank, alert.party_id)).politically_exposed


async def test_who_was_never_alerted_is_clear(screener: Screener, bank: make.Bank) -> None:
    standing = await _standing(bank, await screener.party())
    assert standing == NOTHING
    assert standing.clear


async def test_a_cleared_customer_is_clear_and_says_what_was_suppressed(screener: Screener, bank: make.Bank) -> None:
    alert, on = await _decided(screener)
    on.next_version()
    await screener.screen(alert.party_id, on, entity())
    standing = await _standing(bank, alert.party_id)
    assert (standing.clear, standing.cleared, standing.suppressed) == (True, 1, 1)


async def test_a_doubtful_customer_is_not_clear(screener: Screener, bank: make.Bank) -> None:
    alert, _ = await _decided(screener, INCONCLUSIVE)
    assert not (await _standing(bank, alert.party_id)).clear


async def test_a_changed_entry_concerns_who_has_an_open_alert_on_it(screener: Screener, bank: make.Bank) -> None:
    waiting, (decided, on) = await screener.raised(), await _decided(screener)
    async with bank.platform.transaction(bank.system) as ctx:
        assert await parties_alerted(ctx, waiting.list_id, ["1", "2"]) == {waiting.party_id}
        assert await parties_alerted(ctx, on.id, ["1"]) == set()
    assert decided.party_id != waiting.party_id


async def test_the_log_says_on_which_screening_and_rules_an_alert_rests(screener: Screener, bank: make.Bank) -> None:
    alert = await screener.raised()

    async def entry(ctx: Context) -> Any:
        wanted = "SELECT action, reason, ruleset FROM audit_entry WHERE id = :id"
        return (await ctx.session.execute(text(wanted), {"id": alert.entry_id})).one()

    action, reason, ruleset = await bank.platform.run(bank.system, entry)
    assert (action, reason) == ("screening.alert.open", "rescan")
    assert len(ruleset) == 64


async def test_the_trail_of_a_customer_does_not_tell_of_alerts(screener: Screener, bank: make.Bank) -> None:
    alert, on = await _decided(screener, TRUE_MATCH)
    on.next_version()
    await screener.screen(alert.party_id, on, entity(), facts=b"facts-2")
    await screener.screen(alert.party_id, on)
    async with bank.platform.transaction(bank.system) as ctx:
        told = {line.action for line in await trail(ctx.session, [alert.party_id])}
    assert not {action for action in told if action.startswith("screening")}


async def test_what_is_kept_of_a_comparison_cannot_be_read_without_the_customers_key(screener: Screener) -> None:
    alert = await screener.raised()

    async def kept(ctx: Context) -> bytes:
        return (await queries.comparisons_of(ctx, [alert.id]))[alert.id].explanation

    blob = await screener.bank.platform.run(screener.bank.system, kept)
    assert b"Rurik" not in blob


@pytest.mark.parametrize("count", [250])
async def test_more_findings_than_an_entry_has_room_for_are_all_recorded(screener: Screener, count: int) -> None:
    party, on = await screener.party(), Listed()
    entries = [entity(ref=str(number)) for number in range(count)]
    assert (await screener.screen(party, on, *entries)).opened == count
    assert len(await screener.alerts(party_id=party)) == count


async def test_a_later_score_replaces_the_earlier_one_of_an_open_alert(screener: Screener) -> None:
    party, on = await screener.party(), Listed("pep")
    await screener.screen(party, on, entity())
    strong = await screener.only(party)
    await screener.screen(party, on, entity(born=False), born=date(1990, 1, 1))
    assert (await screener.only(party)).strength < strong.strength
