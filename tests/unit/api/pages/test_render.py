"""Templates hold what the content security policy allows, and escape everything."""

import dataclasses
import re

import pytest

from api.pages.render import TEMPLATES
from tests.unit.api.world import NOW_S

HOSTILE = "<script>alert(1)</script>\"' onload=x"


@pytest.mark.parametrize("template", sorted(p.name for p in TEMPLATES.glob("*.html")))
def test_no_inline_style_script_or_handler(template):
    text = (TEMPLATES / template).read_text(encoding="utf-8")
    assert not re.search(
        r"\sstyle=|<style|<script|\son[a-z]+=|javascript:|https?://(?!www\.w3)", text
    )
    assert "|safe" not in text


def test_hostile_text_from_registry_ticket_and_query_stays_text(client, world):
    number, ticket = next(iter(world.book.tickets.items()))
    world.book.tickets[number] = dataclasses.replace(ticket, fault=HOSTILE, reason=HOSTILE)
    world.book.history[number] = [
        dataclasses.replace(world.book.history[number][0], what=HOSTILE, note=HOSTILE)
    ]
    systems = tuple(
        dataclasses.replace(s, hamlet=HOSTILE) if s.code == ticket.system else s
        for s in world.fleet.systems
    )
    world.registry.fleet = dataclasses.replace(world.fleet, systems=systems)
    for path in (
        "/pekerjaan",
        f"/pekerjaan/{number}",
        f"/rumah/{ticket.system}",
        f"/sistem?desa={world.fleet.by_code[ticket.system].village}",
        f"/cari?q={HOSTILE}",
        f"/pekerjaan?gangguan={HOSTILE}",
    ):
        page = client.get(path)
        assert "<script" not in page.text, path
        assert "alert(1)" in page.text or "gangguan" in path, path


def test_pages_tell_that_they_are_read_only(client):
    assert "Hanya untuk dibaca" in client.get("/").text
    assert "Read only" in client.get("/?lang=en").text


def test_the_clock_is_the_applications(client, world):
    assert world.now_s == NOW_S
    assert "14:00\u00a0WITA" in client.get("/").text
