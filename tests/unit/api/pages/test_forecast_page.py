"""Which batteries will fail next, as people read it."""

import pytest

from analytics.prognosis.facts import FACTS
from analytics.prognosis.forecast import Reason
from analytics.prognosis.system_forecast import SystemForecast
from api.fleet.snapshot import FleetView
from tests.unit.api.pages.reading import links_of, text_of
from tests.unit.api.world import NOW_S

REASON = Reason(FACTS[0], 0.55, 1.2)


@pytest.fixture
def codes(world):
    """Sixty-five weak batteries, the first the weakest, the third heard too little; others good."""
    codes = [s.code for s in world.fleet.systems]
    for i, code in enumerate(codes):
        p = 0.9 - i / 100 if i < 65 else 0.01
        told = SystemForecast(code, NOW_S - 9 * 3600, p / 2, p, i == 2, (REASON,) if i != 2 else ())
        world.forecasts.held[code] = told
    return codes


def test_the_weakest_first_with_their_reason(client, codes):
    page = client.get("/prakiraan")
    houses = [link for link in links_of(page) if link.startswith("/rumah/")]
    assert houses == [f"/rumah/{c}" for c in [*codes[:2], *codes[3:31]]]
    text = text_of(page)
    assert "90 % dalam 8 minggu, 45 % dalam 4 · baterai hanya menyimpan sekitar 55 %" in text
    assert "64 sistem di atas 5 %" in text
    assert "1 sistem terlalu jarang mengirim data" in text
    assert "Halaman 1 dari 3" in text


def test_how_many_to_plan_for_and_where_the_numbers_come_from(client, codes, world):
    text = text_of(client.get("/prakiraan?lang=en"))
    expected = sum(f.p_dark_8w for f in world.forecasts.held.values())
    assert f"about {expected:.1f} of 206 systems will go dark" in text
    assert "trained on simulated fleets" in text


def test_pages_and_villages(client, codes, world):
    third = client.get("/prakiraan?hal=3")
    assert len([link for link in links_of(third) if link.startswith("/rumah/")]) == 4
    assert links_of(client.get("/prakiraan?hal=99")) == links_of(third)
    village = world.fleet.by_code[codes[0]].village
    of_village = links_of(client.get(f"/prakiraan?desa={village}"))
    assert {world.fleet.by_code[link[7:]].village for link in of_village if "/rumah/" in link} == {
        village
    }
    assert client.get("/prakiraan?desa=Atlantis").status_code == 422


def test_a_job_of_the_house_is_told(client, codes, world):
    listed = [*codes[:2], *codes[3:31]]
    jobs = {t.system for t in world.book.tickets.values()} & set(listed)
    assert jobs
    assert text_of(client.get("/prakiraan")).count("ada pekerjaan") == len(jobs)


def test_before_the_first_night_and_without_weak_batteries(client, world):
    assert "Belum ada prakiraan" in text_of(client.get("/prakiraan"))
    code = world.fleet.systems[0].code
    world.forecasts.held[code] = SystemForecast(code, NOW_S, 0.001, 0.002)
    client.app.state.view = FleetView(world.services())
    assert "Tidak ada baterai dengan peluang sebesar itu." in text_of(client.get("/prakiraan"))


def test_a_house_tells_its_chance_and_its_reasons(client, codes):
    text = text_of(client.get(f"/rumah/{codes[0]}"))
    assert "Peluang gelap karena baterai: 90 % dalam 8 minggu" in text
    assert "baterai hanya menyimpan sekitar 55 % kapasitasnya" in text
    assert "terlalu sedikit untuk meramalkan" in text_of(client.get(f"/rumah/{codes[2]}"))


def test_a_house_without_a_forecast_says_nothing_of_it(client, world):
    assert "Prakiraan" not in text_of(client.get(f"/rumah/{world.fleet.systems[0].code}"))


def test_only_a_job_on_a_battery_tells_it(client, world):
    for ticket in world.book.tickets.values():
        told = SystemForecast(ticket.system, NOW_S, 0.3, 0.6)
        world.forecasts.held[ticket.system] = told
        shown = "60 % dalam 8 minggu" in text_of(client.get(f"/pekerjaan/{ticket.number}"))
        assert shown == (ticket.fault == "battery_degraded")
