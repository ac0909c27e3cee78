"""One ticket with its evidence."""

import dataclasses

import pytest

from analytics.tickets.ticket import TicketEvent, TicketScope, TicketState
from api.pages.sparkline import field_of
from api.pages.ticket_page import steps
from tests.unit.api.pages.reading import links_of, text_of
from tests.unit.api.world import NOW_S


@pytest.fixture
def panel(world):
    return next(t for t in world.book.tickets.values() if t.fault == "panel_disconnected")


def test_it_tells_why_what_to_bring_and_what_to_check(client, panel, world):
    page = client.get(f"/pekerjaan/{panel.number}")
    text = text_of(page)
    assert panel.system in text
    assert "Selama 2 hari penuh panel surya hanya 0,4 V" in text
    assert "Konektor MC4" in text
    assert "Ukur kabel panel saat cerah: 18-22 V berarti panel baik." in text
    assert f"Tiket {panel.number} Baru" in text
    assert f"/rumah/{panel.system}" in links_of(page)


@pytest.mark.parametrize(
    ("scope", "told", "listed"),
    [
        (TicketScope.VILLAGE, "Untuk seluruh desa Boti; mulai di rumah ini.", "seluruh desa"),
        (TicketScope.GATEWAY, "Untuk semua sistem di gerbang Boti; mulai", "gerbang Boti"),
    ],
)
def test_a_ticket_for_all_says_so(client, panel, world, scope, told, listed):
    world.book.tickets[panel.number] = dataclasses.replace(panel, scope=scope, scope_id="Boti")
    assert told in text_of(client.get(f"/pekerjaan/{panel.number}"))
    assert f"· {listed}" in text_of(client.get("/pekerjaan"))
    other = next(n for n in world.book.tickets if n != panel.number)
    assert "mulai di rumah ini" not in text_of(client.get(f"/pekerjaan/{other}"))


def test_the_week_stands_against_the_healthy_neighbours(client, panel):
    page = client.get(f"/pekerjaan/{panel.number}").text
    assert "Arus panel surya" in page
    assert 'class="band"' in page
    assert 'class="line"' in page
    assert "tetangga yang sehat" in page


def test_without_neighbours_there_is_no_band(client, panel, world):
    world.book.judged.clear()
    page = client.get(f"/pekerjaan/{panel.number}").text
    assert 'class="band"' not in page
    assert "terlalu sedikit" in page


def test_a_device_silent_all_week_says_so(client, world):
    ticket = next(t for t in world.book.tickets.values() if t.fault == "silent")
    world.store.batch = type(world.store.batch).empty()
    assert "Tidak ada data dalam tujuh hari ini." in client.get(f"/pekerjaan/{ticket.number}").text


def test_history_notes_and_other_tickets(client, panel, world):
    world.book.history[panel.number].append(
        TicketEvent(panel.number, NOW_S, "reopened", "gelap lagi")
    )
    world.book.tickets[900] = dataclasses.replace(
        panel, number=900, fault="silent", closed_s=NOW_S, state=TicketState.VERIFIED
    )
    text = text_of(client.get(f"/pekerjaan/{panel.number}"))
    assert "Tiket dibuka " in text
    assert "Tiket dibuka lagi 22 Nov 2026 14:05 WITA gelap lagi" in text
    assert "Alat diam Terverifikasi" in text
    assert text_of(client.get("/pekerjaan/900")).count("Ditutup 22 Nov 2026 14:05 WITA") == 1


def test_a_ticket_whose_house_is_gone_still_opens(client, panel, world):
    world.registry.fleet = dataclasses.replace(
        world.fleet, systems=tuple(s for s in world.fleet.systems if s.code != panel.system)
    )
    page = client.get(f"/pekerjaan/{panel.number}")
    assert page.status_code == 200
    assert "tidak terdaftar lagi" in page.text


@pytest.mark.parametrize("number", ["0", "-5", "99999", "9" * 40])
def test_an_unknown_number_is_a_friendly_404(client, number):
    page = client.get(f"/pekerjaan/{number}")
    assert page.status_code == 404
    assert "Tiket tidak ada" in page.text


def test_a_word_for_a_number_is_told(client):
    assert client.get("/pekerjaan/semua").status_code == 422


def test_steps_are_lines_or_sentences():
    assert steps("Satu.\nDua.") == ["Satu.", "Dua."]
    assert steps("Ukur 12,4 V. Lalu ganti.") == ["Ukur 12,4 V.", "Lalu ganti."]
    assert steps("") == []


@pytest.mark.parametrize(
    ("fault", "field"),
    [
        ("panel_soiled", "pv_current_a"),
        ("lamp_failed", "load_current_a"),
        ("controller_load_off", "load_current_a"),
        ("battery_degraded", "battery_voltage_v"),
        ("silent", "battery_voltage_v"),
    ],
)
def test_each_fault_is_drawn_by_what_shows_it(fault, field):
    assert field_of(fault).name == field
