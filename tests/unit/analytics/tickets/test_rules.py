"""Findings become work: raised once, kept up to date, closed by the data, never in a crowd."""

import numpy as np
import pytest

from analytics.detectors import DETECTORS
from analytics.status import SystemStatus
from analytics.tickets.night import Finding, Judgement, Night
from analytics.tickets.port import TicketFilter
from analytics.tickets.rules import decide
from analytics.tickets.ticket import Ticket, TicketState
from collector.domain.clock import DAY_S
from tests.fixtures.memory_book import MemoryBook

SYSTEMS = tuple(f"S{i}" for i in range(6))
DIRT = Finding(0.4, {"loss_percent": 15.0, "pool_days": 7.0})
NO_CHARGE = Finding(0.9, {"panel_v": 0.2})


class Village:
    """Six systems over one gateway, judged night after night into a book."""

    def __init__(self):
        self.book, self.day = MemoryBook(), 20

    def night(self, found=None, clear=None, silent=None, seen=30, gateway=True):
        """Judge: ``found`` {(row, fault): finding}, ``clear`` {(row, fault)}, ``silent`` days."""
        silent = np.zeros(6, np.float32) if silent is None else np.array(silent, np.float32)
        judgements = {}
        for fault in DETECTORS:
            rows = {r: f for (r, name), f in (found or {}).items() if name == fault}
            cleared = np.array([(r, fault) in (clear or ()) for r in range(6)])
            judgements[fault] = Judgement(rows, cleared)
        return Night(
            self.day * DAY_S,
            SYSTEMS,
            np.zeros(6, np.int32),
            (gateway,),
            silent,
            np.full(6, seen, np.int32),
            judgements,
        )

    def judge(self, *args, **kwargs):
        night = self.night(*args, **kwargs)
        changes = decide(night, self.book.find(TicketFilter()), self.book.states(), DETECTORS)
        self.book.apply(changes)
        self.day += 1
        return changes

    def again(self, *args, **kwargs):
        self.day -= 1
        return self.judge(*args, **kwargs)

    def status(self, row):
        return self.book.states()[SYSTEMS[row]].status


@pytest.fixture
def village():
    return Village()


def nothing(changes):
    return not (changes.raised or changes.updated or changes.closed)


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


def test_a_relapse_is_a_new_ticket(village):
    village.judge({(2, "panel_soiled"): DIRT})
    village.judge(clear={(2, "panel_soiled")})
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


def test_a_silent_gateway_is_one_ticket(village):
    found = {(r, "silent"): Finding(0.5, {"silent_days": 5.0}) for r in range(6)}
    (ticket,) = village.judge(found, silent=[5] * 6).raised
    assert (ticket.system, ticket.fault) == ("S0", "silent")
    assert ticket.evidence == {"silent_days": 5.0, "systems_silent": 6.0, "for_gateway": 1.0}
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
    village.judge({(0, "silent"): Finding(0.5, {})}, silent=[8, 0, 0, 0, 0, 0])
    still_open = village.book.find(TicketFilter())
    assert [(t.system, t.fault) for t in still_open] == [("S0", "silent")]
    assert "for_gateway" not in still_open[0].evidence


def test_the_outage_goes_to_a_system_without_a_ticket_of_its_own(village):
    village.judge({(0, "silent"): Finding(0.5, {"silent_days": 9.0})}, silent=[9, 0, 0, 0, 0, 0])
    (ticket,) = village.judge(silent=[12, 3, 3, 3, 3, 3]).raised
    assert ticket.system == "S1"
    village.judge(clear={(0, "silent")}, silent=[0] * 6)
    assert village.book.find(TicketFilter()) == []


def test_a_village_without_a_gateway_has_its_network_as_one_ticket(village):
    (ticket,) = village.judge(silent=[3] * 6, gateway=False).raised
    assert "for_village" in ticket.evidence
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
