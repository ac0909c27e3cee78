"""Findings become work: raised once, kept up to date, closed by the data, never in a crowd."""

import pytest

from analytics.detectors import DETECTORS
from analytics.status import SystemStatus
from analytics.tickets.night import Finding
from analytics.tickets.port import Changes, Edit, TicketFilter
from analytics.tickets.rules import AFTERMATH_DAYS, STEADY_DAYS, decide
from analytics.tickets.ticket import Ticket, TicketScope, TicketState
from collector.domain.clock import DAY_S
from tests.fixtures.judged_village import DIRT, NO_CHARGE, Village, nothing


@pytest.fixture
def village():
    return Village()


def test_a_finding_raises_one_ticket_with_its_numbers_and_deadline(village):
    (ticket,) = village.judge({(2, "panel_soiled"): DIRT}).raised
    assert (ticket.system, ticket.fault, ticket.number) == ("S2", "panel_soiled", 0)
    assert ticket.state is TicketState.NEW
    assert ticket.opened_s == 20 * DAY_S
    assert ticket.due_s == 34 * DAY_S
    assert ticket.evidence == DIRT.evidence


def test_the_same_finding_again_raises_nothing(village):
    village.judge({(2, "panel_soiled"): DIRT})
    assert nothing(village.judge({(2, "panel_soiled"): DIRT}))
    assert len(village.book.tickets) == 1


def test_the_same_night_twice_changes_nothing(village):
    found = {(2, "panel_soiled"): DIRT, (3, "panel_disconnected"): NO_CHARGE}
    village.judge(found)
    again = village.again(found)
    assert nothing(again)
    assert again.states == []


def test_new_numbers_update_the_ticket_and_keep_its_beginning(village):
    village.judge({(2, "panel_soiled"): DIRT})
    worse = Finding(0.5, {"loss_percent": 20.0, "pool_days": 7.0})
    (updated,) = village.judge({(2, "panel_soiled"): worse}).updated
    assert updated.opened_s == 20 * DAY_S
    assert updated.updated_s == 21 * DAY_S
    assert updated.evidence["loss_percent"] == 20.0
    assert updated.due_s == 34 * DAY_S


def test_missing_numbers_are_equal_to_themselves(village):
    odd = Finding(0.4, {"capacity_percent": float("nan")})
    village.judge({(2, "battery_degraded"): odd})
    assert nothing(village.judge({(2, "battery_degraded"): odd}))


def test_between_the_levels_a_ticket_stays(village):
    village.judge({(2, "panel_soiled"): DIRT})
    assert nothing(village.judge())
    assert village.book.get(1).is_open


def test_the_data_close_it_and_say_so(village):
    village.judge({(2, "panel_soiled"): DIRT})
    (closed,) = village.judge(clear={(2, "panel_soiled")}).closed
    assert closed.state is TicketState.VERIFIED
    assert closed.closed_s == 21 * DAY_S
    assert closed.reason.startswith("data")
    assert nothing(village.judge(clear={(2, "panel_soiled")}))


def test_what_comes_back_within_a_month_is_the_old_ticket(village):
    village.judge({(2, "panel_soiled"): DIRT})
    village.judge(clear={(2, "panel_soiled")})
    village.day += 20
    (again,) = village.judge({(2, "panel_soiled"): DIRT}).reopened
    assert (again.number, again.state) == (1, TicketState.REOPENED)
    assert nothing(village.again({(2, "panel_soiled"): DIRT}))
    kept = village.book.get(1)
    assert kept.is_open
    assert kept.opened_s == 20 * DAY_S
    assert kept.due_s == (42 + 14) * DAY_S
    assert [e.what for e in village.book.events(1)] == ["raised", "closed", "reopened"]


def test_what_comes_and_goes_calls_nobody_every_time(village):
    """Near its threshold: dirty, clean, dirty, clean; then clean for good."""
    for _ in range(8):
        village.judge({(2, "panel_soiled"): DIRT})
        village.judge(clear={(2, "panel_soiled")})
    assert [e.what for e in village.book.events(1)] == ["raised", "closed", "reopened"]
    village.day += int(STEADY_DAYS)
    assert len(village.judge(clear={(2, "panel_soiled")}).closed) == 1


def test_what_comes_back_later_is_a_new_ticket(village):
    village.judge({(2, "panel_soiled"): DIRT})
    village.judge(clear={(2, "panel_soiled")})
    village.day += 31
    village.judge({(2, "panel_soiled"): DIRT})
    assert [t.is_open for t in village.book.tickets.values()] == [False, True]


def test_two_causes_are_two_tickets(village):
    village.judge({(2, "panel_soiled"): DIRT, (2, "battery_degraded"): Finding(0.5, {})})
    assert len(village.book.tickets) == 2


def test_dark_now_is_due_in_two_days_whatever_the_detector_says(village):
    (ticket,) = village.judge({(2, "battery_degraded"): Finding(0.85, {"nights": 9.0})}).raised
    assert ticket.due_s == 22 * DAY_S
    assert village.status(2) is SystemStatus.FAULT


def test_going_dark_moves_the_deadline_nearer(village):
    village.judge({(2, "battery_degraded"): Finding(0.5, {"nights": 9.0})})
    village.judge({(2, "battery_degraded"): Finding(0.9, {"nights": 10.0})})
    assert village.book.get(1).due_s == 23 * DAY_S


def test_work_goes_on_while_the_numbers_change(village):
    village.judge({(2, "panel_soiled"): DIRT})
    ticket = village.book.get(1)
    village.book.tickets[1] = Ticket(
        **{f: getattr(ticket, f) for f in Ticket.__dataclass_fields__}
        | {"state": TicketState.IN_PROGRESS}
    )
    village.judge({(2, "panel_soiled"): Finding(0.5, {"loss_percent": 18.0})})
    assert village.book.get(1).state is TicketState.IN_PROGRESS
    assert village.status(2) is SystemStatus.SERVICE


def test_too_few_days_raise_nothing_but_silence(village):
    changes = village.judge({(2, "panel_soiled"): DIRT}, seen=3)
    assert nothing(changes)
    assert village.status(2) is SystemStatus.NEW
    silent = village.judge({(2, "silent"): Finding(0.5, {})}, silent=[0, 0, 9, 0, 0, 0], seen=3)
    assert [t.fault for t in silent.raised] == ["silent"]


def test_a_battery_run_flat_without_charge_is_one_job(village):
    village.judge({(2, "panel_disconnected"): NO_CHARGE})
    quiet = village.judge({(2, "silent"): Finding(0.5, {})}, silent=[0, 0, 5, 0, 0, 0])
    assert nothing(quiet)
    assert village.status(2) is SystemStatus.FAULT


def test_a_cause_found_the_same_night_comes_first(village):
    found = {(2, "silent"): Finding(0.5, {}), (2, "panel_disconnected"): NO_CHARGE}
    changes = village.judge(found, silent=[0, 0, 5, 0, 0, 0])
    assert [t.fault for t in changes.raised] == ["panel_disconnected"]
    assert nothing(village.again(found, silent=[0, 0, 5, 0, 0, 0]))


def test_what_a_repaired_cause_left_behind_gets_some_days(village):
    weak = {(2, "battery_degraded"): Finding(0.5, {"nights": 5.0})}
    village.judge({(2, "panel_disconnected"): NO_CHARGE})
    village.judge(clear={(2, "panel_disconnected")})
    for _ in range(int(AFTERMATH_DAYS)):
        assert nothing(village.judge(weak))
    assert [t.fault for t in village.judge(weak).raised] == ["battery_degraded"]


def test_a_cause_seen_later_takes_in_the_ticket_of_its_consequence(village):
    dark = {(2, "lamp_failed"): Finding(0.9, {"days": 2.0})}
    village.judge(dark)
    both = dark | {(2, "controller_load_off"): Finding(0.9, {"days": 3.0})}
    changes = village.judge(both)
    assert [t.fault for t in changes.raised] == ["controller_load_off"]
    assert [t.fault for t in changes.closed] == ["lamp_failed"]
    assert "controller_load_off" in village.book.get(1).reason
    assert nothing(village.again(both))


@pytest.mark.parametrize("later", [{"state": TicketState.ASSIGNED}, {"days": 11}])
def test_but_not_one_that_people_took_or_that_is_old(village, later):
    dark = {(2, "lamp_failed"): Finding(0.9, {"days": 2.0})}
    village.judge(dark)
    village.day += later.get("days", 0)
    village.book.apply(Changes(0.0, edited=[Edit(1, state=later.get("state"))]))
    both = dark | {(2, "controller_load_off"): Finding(0.9, {"days": 3.0})}
    assert village.judge(both).closed == []


def test_a_meter_that_is_wrong_mutes_what_reads_it(village):
    village.judge({(2, "sensor_fault"): Finding(0.3, {"meter": 1.0})})
    changes = village.judge(
        {(2, "panel_soiled"): DIRT, (2, "battery_degraded"): Finding(0.5, {"nights": 5.0})}
    )
    assert [t.fault for t in changes.raised] == ["battery_degraded"]


def test_another_systems_cause_explains_nothing(village):
    village.judge({(2, "panel_disconnected"): NO_CHARGE})
    changes = village.judge({(3, "silent"): Finding(0.5, {})}, silent=[0, 0, 0, 5, 0, 0])
    assert [t.system for t in changes.raised] == ["S3"]


def test_people_who_act_in_between_are_not_overruled(village):
    """The night read the book, then somebody took the ticket, then the night writes."""
    village.judge({(2, "panel_soiled"): DIRT})
    night = village.night({(2, "panel_soiled"): Finding(0.5, {"loss_percent": 22.0})})
    read = village.book.find(TicketFilter())
    taken = Edit(1, state=TicketState.IN_PROGRESS, reason="Pak Yosef comes on Monday")
    village.book.apply(Changes(night.at_s, edited=[taken]))
    village.book.apply(decide(night, read, village.book.states(), DETECTORS))
    kept = village.book.get(1)
    assert (kept.state, kept.reason) == (TicketState.IN_PROGRESS, taken.reason)
    assert kept.evidence == {"loss_percent": 22.0}


def test_a_silent_gateway_is_one_ticket(village):
    found = {(r, "silent"): Finding(0.5, {"silent_days": 5.0}) for r in range(6)}
    (ticket,) = village.judge(found, silent=[5] * 6).raised
    assert ticket.key == (TicketScope.GATEWAY, "gw-boti", "silent")
    assert ticket.system == "S0"
    assert ticket.evidence == {"silent_days": 5.0, "systems_silent": 6.0}
    assert all(village.status(r) is SystemStatus.BLOCKED for r in range(6))


def test_its_ticket_follows_the_outage_and_closes_with_it(village):
    village.judge(silent=[2] * 6)
    village.judge(silent=[3] * 6)
    assert village.book.get(1).evidence["silent_days"] == 3.0
    assert nothing(village.again(silent=[3] * 6))
    (closed,) = village.judge(silent=[0] * 6).closed
    assert closed.number == 1
    assert village.status(0) is SystemStatus.OK


def test_a_device_that_stays_silent_afterwards_gets_its_own(village):
    village.judge(silent=[6] * 6)
    own = village.judge({(0, "silent"): Finding(0.5, {})}, silent=[7, 0, 0, 0, 0, 0])
    assert [t.number for t in own.closed] == [1]
    still_open = village.book.find(TicketFilter())
    assert [t.key for t in still_open] == [(TicketScope.SYSTEM, "S0", "silent")]


def test_an_outage_stands_beside_a_systems_own_silence(village):
    village.judge({(0, "silent"): Finding(0.5, {"silent_days": 9.0})}, silent=[9, 0, 0, 0, 0, 0])
    (ticket,) = village.judge(silent=[12, 3, 3, 3, 3, 3]).raised
    assert ticket.key == (TicketScope.GATEWAY, "gw-boti", "silent")
    village.judge(clear={(0, "silent")}, silent=[0] * 6)
    assert village.book.find(TicketFilter()) == []


def test_a_village_without_a_gateway_has_its_network_as_one_ticket(village):
    (ticket,) = village.judge(silent=[3] * 6, gateway=False).raised
    assert ticket.key == (TicketScope.VILLAGE, "Boti", "silent")
    assert village.status(1) is SystemStatus.SILENT


def test_a_silent_gateway_hides_new_findings_and_keeps_old_tickets(village):
    village.judge({(2, "panel_soiled"): DIRT})
    changes = village.judge(
        {(3, "panel_soiled"): DIRT}, clear={(2, "panel_soiled")}, silent=[1] * 6
    )
    assert nothing(changes)
    assert village.book.get(1).is_open


def test_a_persons_report_is_not_closed_behind_their_back(village):
    report = Ticket(0, "S4", "lamp_failed", TicketState.NEW, 0.5, 0.0, 0.0, 9e9)
    village.book.apply(type(village.judge())(0.0, raised=[report]))
    assert nothing(village.judge(clear={(4, "lamp_failed")}))


def test_a_ticket_of_no_detector_is_left_alone(village):
    other = Ticket(0, "S4", "stolen", TicketState.NEW, 0.5, 0.0, 0.0, 9e9, evidence={"a": 1.0})
    village.book.apply(type(village.judge())(0.0, raised=[other]))
    assert nothing(village.judge())
    assert village.status(4) is SystemStatus.OK


def test_states_keep_the_night_they_began(village):
    village.judge()
    village.judge({(2, "panel_soiled"): DIRT})
    village.judge({(2, "panel_soiled"): DIRT})
    state = village.book.states()["S2"]
    assert state.status is SystemStatus.WATCH
    assert state.since_s == 21 * DAY_S
    assert state.as_of_s == 22 * DAY_S


def test_two_silent_days_show_before_there_is_a_job(village):
    village.judge(silent=[0, 2, 0, 0, 0, 0])
    assert village.status(1) is SystemStatus.SILENT
    assert village.book.tickets == {}
