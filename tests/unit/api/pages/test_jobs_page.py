"""The list a technician works from."""

import dataclasses
import re

import pytest

from analytics.tickets.ticket import Ticket, TicketState
from api.pages.jobs_page import PAGE_SIZE
from collector.domain.clock import DAY_S
from tests.unit.api.pages.reading import links_of, text_of
from tests.unit.api.world import NOW_S


def job_numbers(page) -> list[int]:
    links = [re.fullmatch(r"/pekerjaan/(\d+)", link) for link in links_of(page)]
    return [int(m[1]) for m in links if m]


@pytest.fixture
def many(world):
    """More jobs than one page holds: three of them overdue."""
    world.book.tickets.clear()
    for n, system in enumerate(world.fleet.systems[::2], start=1):
        due_s = NOW_S + (-n if n <= 3 else n) * 3600
        world.book.tickets[n] = Ticket(
            n, system.code, "silent", TicketState.NEW, 0.5, NOW_S, NOW_S, due_s
        )
    return world


def test_all_pages_together_hold_every_job_once(client, many):
    numbers, path = [], "/pekerjaan"
    while path:
        page = client.get(path)
        here = job_numbers(page)
        assert 0 < len(here) <= PAGE_SIZE
        numbers += here
        later = [link for link in links_of(page) if "hal=" in link]
        current = int(re.search(r"hal=(\d+)", path)[1]) if "hal=" in path else 1
        path = next((link for link in later if link.endswith(f"hal={current + 1}")), "")
    assert sorted(numbers) == sorted(many.book.tickets)
    assert len(numbers) == len(set(numbers))


def test_a_page_past_the_end_is_the_last(client, many):
    assert job_numbers(client.get("/pekerjaan?hal=99999"))


def test_buttons_count_and_narrow(client, many):
    text = text_of(client.get("/pekerjaan"))
    assert "3 Terlambat" in text
    overdue = client.get("/pekerjaan?batas=terlambat")
    assert sorted(job_numbers(overdue)) == [1, 2, 3]
    assert "3 pekerjaan" in text_of(overdue)
    assert 'aria-current="true"' in overdue.text


def test_counts_cover_today_and_the_week(client, world):
    ticket = next(iter(world.book.tickets.values()))
    world.book.tickets.clear()
    for n, due_s in enumerate([NOW_S - 1, NOW_S + 60, NOW_S + 2 * DAY_S, NOW_S + 30 * DAY_S]):
        world.book.tickets[n + 1] = dataclasses.replace(ticket, number=n + 1, due_s=due_s)
    assert text_of(client.get("/pekerjaan")).startswith(
        "Pekerjaan 1 Terlambat 1 Hari ini 1 Minggu ini"
    )
    assert job_numbers(client.get("/pekerjaan?batas=nanti")) == [4]


def test_a_card_says_what_why_when_and_what_to_bring(client, world):
    ticket = next(t for t in world.book.tickets.values() if t.fault == "panel_disconnected")
    text = text_of(client.get("/pekerjaan?gangguan=panel_disconnected"))
    assert ticket.system in text
    assert "Panel surya terputus Selama 2 hari penuh panel surya hanya 0,4 V dan 0 A." in text
    assert "Bawa: Konektor MC4, kabel surya 4 mm2" in text
    assert re.search(r"(sisa|lewat) \d+ (jam|hari|menit)", text)
    assert "Baterai hanya" not in text


def test_english(client):
    text = text_of(client.get("/pekerjaan?lang=en"))
    assert "Overdue" in text
    assert "Bring:" in text
    assert re.search(r"\d+ (days?|hours?) (left|late)", text)


def test_filters_are_kept_while_paging_and_counting(client, many):
    links = links_of(client.get("/pekerjaan?desa=Boti"))
    assert "/pekerjaan?desa=Boti&batas=terlambat" in links
    assert "/pekerjaan?desa=Boti&hal=2" in links


def test_without_jobs_it_is_said(client, world):
    world.book.tickets.clear()
    text = text_of(client.get("/pekerjaan"))
    assert "Tidak ada pekerjaan di sini." in text
    assert "sedang baik" in text
    assert "sedang baik" not in text_of(client.get("/pekerjaan?desa=Luhu"))


def test_unknown_filters(client):
    assert client.get("/pekerjaan?desa=Atlantis").status_code == 422
    assert client.get("/pekerjaan?batas=kemarin").status_code == 422
    assert "Tidak ada pekerjaan" in text_of(client.get("/pekerjaan?gangguan=gremlins"))


def test_there_are_no_charts_in_the_list(client):
    assert 'class="chart"' not in client.get("/pekerjaan").text
