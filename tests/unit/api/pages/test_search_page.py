"""From what a person typed to a house."""

import pytest

from api.fleet.snapshot import FleetView
from api.pages.search_page import MOST_SHOWN, alike
from tests.unit.api.pages.reading import links_of, text_of


@pytest.mark.parametrize(
    "typed", ["OEM-0001-P", "oem 0001 p", " oem0001p ", "KPK-0001", "kpk-0001"]
)
def test_a_code_or_serial_leads_to_the_house(client, typed):
    response = client.get("/cari", params={"q": typed})
    assert response.status_code == 303
    assert response.headers["location"] == "/rumah/OEM-0001-P"


def test_a_mistyped_code_offers_the_right_one(client):
    response = client.get("/cari", params={"q": "OEM-0001-Q"})
    assert response.status_code == 200
    text = text_of(response)
    assert "Kode rumah salah ketik" in text
    assert links_of(response) == ["/rumah/OEM-0001-P"]
    assert 'value="OEM-0001-Q"' in response.text


def test_a_wrong_digit_offers_the_houses_that_are_one_character_away(client):
    assert "/rumah/OEM-0001-P" in links_of(client.get("/cari", params={"q": "OEM-0007-P"}))


def test_a_part_lists_what_fits(client):
    links = links_of(client.get("/cari", params={"q": "kus-001"}))
    assert links
    assert all(link.startswith("/rumah/KUS-001") for link in links)


def test_a_long_list_is_cut(world):
    assert len(alike(FleetView(world.services()).now(), "OEM")) == MOST_SHOWN


@pytest.mark.parametrize("typed", ["zzz", "Q", "☀", "OEM-9999-Z"])
def test_nothing_found_is_404_with_words(client, typed):
    response = client.get("/cari", params={"q": typed})
    assert response.status_code == 404
    assert links_of(response) == []
    assert text_of(response)


def test_nothing_typed_explains(client):
    response = client.get("/cari?lang=en")
    assert response.status_code == 200
    assert "Type the code on the label" in text_of(response)
