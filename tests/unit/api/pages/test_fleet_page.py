"""The front page: the whole fleet at a glance."""

import dataclasses
from collections import Counter

from api.fleet.service import VillageRow
from api.pages.fleet_page import main_timezone
from collector.fleet.port import Fleet
from tests.unit.api.pages.reading import links_of, text_of


def test_every_state_is_counted_with_its_word(client, world):
    text = text_of(client.get("/"))
    counts = Counter(s.status for s in world.book.judged.values())
    assert text.startswith("206 sistem Data per 14:00 WITA")
    assert f"{counts['ok']} Normal" in text
    assert f"{counts['fault']} Gangguan" in text
    assert "6 Belum dinilai" in text
    assert "Sedang diperbaiki" not in text  # nothing is in service


def test_thousands_are_grouped(client, world):
    systems = tuple(
        dataclasses.replace(s, code=f"{s.code}{i}") for s in world.fleet.systems for i in range(6)
    )
    world.registry.fleet = dataclasses.replace(world.fleet, systems=systems)
    assert "1.236 sistem" in text_of(client.get("/"))
    assert "1,236 systems" in text_of(client.get("/?lang=en"))


def test_villages_show_jobs_and_their_own_time(client, world):
    text = text_of(client.get("/"))
    assert "Tiang Bendera 40 sistem" in text
    assert "data 15:00 WIT" in text
    assert "terlambat" in text
    assert "/pekerjaan?desa=Tiang%20Bendera" in links_of(client.get("/"))


def test_states_lead_to_their_systems(client):
    links = links_of(client.get("/"))
    assert "/sistem?keadaan=fault" in links
    assert all(client.get(link).status_code == 200 for link in set(links))


def test_before_the_first_data(client, world):
    world.store.batch = type(world.store.batch).empty()
    assert "Belum ada data." in text_of(client.get("/"))


def test_before_the_first_system(client, world):
    world.registry.fleet = Fleet()
    world.book.tickets.clear()
    world.book.judged.clear()
    text = text_of(client.get("/"))
    assert "0 sistem" in text
    assert "suluh import" in text


def test_the_zone_of_most_systems_speaks_for_all(world):
    villages = enumerate(world.fleet.villages.values())
    rows = [VillageRow(village, n, {}, 0, 0, None) for n, village in villages]
    assert main_timezone(rows) == "Asia/Jayapura"  # 3 + 4 against 0 + 1 + 2
    assert main_timezone([]) == "Asia/Makassar"
