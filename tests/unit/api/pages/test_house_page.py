"""A house: now, the last days, its tickets and devices."""

import dataclasses
import re

import numpy as np
import pytest

from api.pages.house_page import curves
from api.pages.window import CELL_S, window
from api.readings.service import history
from collector.domain.device import Assignment
from collector.domain.fields import FIELD_INDEX
from tests.unit.api.pages.reading import links_of, text_of
from tests.unit.api.world import NOW_S

CODE = "OEM-0001-P"
WITA = "Asia/Makassar"


def change_now(world, **values: float) -> None:
    """Overwrite the newest reading of the house."""
    serial = world.fleet.by_system[CODE][0].serial
    newest = world.store.latest([serial])
    row = newest.values.copy()
    for name, value in values.items():
        row[:, FIELD_INDEX[name]] = value
    world.store.write(dataclasses.replace(newest, values=row))


def test_now_in_words(client, world):
    change_now(world, load_current_a=0.64, battery_current_a=-0.64, battery_voltage_v=12.46)
    text = text_of(client.get(f"/rumah/{CODE}"))
    assert "Lampu Menyala · 0,6 A" in text
    assert "Baterai 12,5 V · memakai 0,6 A" in text
    assert "14:00 WITA · 5 menit lalu" in text
    assert "Normal" in text


def test_charging_and_state_of_charge(client, world):
    change_now(world, battery_current_a=2.13, soc_percent=78)
    text = text_of(client.get(f"/rumah/{CODE}?lang=en"))
    assert "charging 2.1 A · 78 %" in text


def test_currents_never_carry_a_sign(client, world):
    change_now(world, battery_current_a=-0.9, pv_current_a=-0.01)
    text = text_of(client.get(f"/rumah/{CODE}"))
    assert "memakai 0,9 A" in text
    assert not re.search(r"[-+−]\s?\d+,", text)


def test_old_data_is_not_now(client, world):
    world.now_s += 3 * 3600
    text = text_of(client.get(f"/rumah/{CODE}"))
    assert "Terakhir diketahui" in text
    assert "Sekarang" not in text
    assert "3 jam lalu" in text


@pytest.mark.parametrize("days", CELL_S)
def test_the_table_holds_the_very_readings_of_the_curve(client, world, days):
    at = window(days, NOW_S, WITA)
    found = history(world.store, world.fleet, CODE, at.start_s, at.end_s)
    shown = curves(at, found)
    assert [r.time_s for r in shown.rows] == sorted((r.time_s for r in shown.rows), reverse=True)
    position = {t: i for i, t in enumerate(found.time_s.tolist())}
    for reading in shown.rows:
        np.testing.assert_array_equal(reading.values, found.values[position[reading.time_s]])
    page = client.get(f"/rumah/{CODE}?hari={days}").text
    assert page.count('<th scope="row">') == len(shown.rows)
    assert page.count("<figure") == 3


def test_gaps_are_drawn_as_gaps(client, world):
    def segments() -> int:
        page = client.get(f"/rumah/{CODE}?hari=7").text
        return re.search(r'class="line" d="([^"]+)"', page)[1].count("M")

    assert segments() == 1
    batch = world.store.batch
    dark = (batch.time_s > NOW_S - 60 * 3600) & (batch.time_s < NOW_S - 50 * 3600)
    world.store.batch = batch.take(~dark)
    assert segments() == 2


def test_what_was_not_measured_is_not_drawn(client, world):
    values = world.store.batch.values.copy()
    values[:, FIELD_INDEX["pv_current_a"]] = np.nan
    world.store.batch = dataclasses.replace(world.store.batch, values=values)
    page = client.get(f"/rumah/{CODE}").text
    assert page.count("<figure") == 2
    assert "–" in page


def test_a_house_that_never_spoke(client, world):
    world.store.batch = type(world.store.batch).empty()
    text = text_of(client.get(f"/rumah/{CODE}"))
    assert "belum pernah mengirim data" in text
    assert "Tidak ada data dalam jangka waktu ini." in text


def test_devices_old_and_new_and_the_gateway(client, world):
    a = world.fleet.by_system[CODE][0]
    swap_s = int(NOW_S) - 86_400
    world.registry.fleet = dataclasses.replace(
        world.fleet,
        assignments=(
            dataclasses.replace(a, until_s=swap_s),
            Assignment("KPK-9999", CODE, swap_s, None, "gw-oemaman"),
        ),
    )
    text = text_of(client.get(f"/rumah/{CODE}"))
    assert "Alat KPK-9999 · sejak 21 Nov 2026 · lewat gerbang gw-oemaman" in text
    assert f"Alat lama {a.serial} · sejak 14 Mar 2017 sampai 21 Nov 2026" in text


def test_open_tickets_stand_above_the_curves(client, world):
    ticket = next(t for t in world.book.tickets.values() if t.fault == "panel_disconnected")
    page = client.get(f"/rumah/{ticket.system}")
    text = text_of(page)
    assert text.index("Panel surya terputus") < text.index("Kurva")
    assert f"/pekerjaan/{ticket.number}" in links_of(page)
    assert "Gangguan Rusak atau gelap. Sejak 19 Nov 2026" in text


def test_a_closed_ticket_stays_in_the_list(client, world):
    number, ticket = next(iter(world.book.tickets.items()))
    world.book.tickets[number] = dataclasses.replace(ticket, closed_s=NOW_S)
    assert "ditutup 22 Nov 2026" in text_of(client.get(f"/rumah/{ticket.system}"))


@pytest.mark.parametrize("days", ["0", "2", "365", "x", "-1"])
def test_other_spans_are_refused(client, days):
    assert client.get(f"/rumah/{CODE}?hari={days}").status_code == 422


def test_a_mistyped_code_is_a_friendly_404(client):
    page = client.get("/rumah/OEM-0001-Q")
    assert page.status_code == 404
    assert "salah ketik" in page.text
