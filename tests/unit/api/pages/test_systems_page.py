"""Systems of a village or in a state."""

from tests.unit.api.pages.reading import links_of, text_of


def test_all_pages_together_hold_every_system_once(client, world):
    houses, path = [], "/sistem"
    while path:
        links = links_of(client.get(path))
        houses += [link for link in links if link.startswith("/rumah/")]
        path = next((link for link in links if "dari=" in link), "")
    assert houses == [f"/rumah/{s.code}" for s in world.fleet.systems]


def test_a_village_with_its_faults_in_words(client, world):
    code = next(c for c, f in world.fault_of.items() if f == "panel_disconnected")
    village = world.fleet.by_code[code].village
    text, path = "", f"/sistem?desa={village}"
    while path:
        page = client.get(path)
        text += text_of(page)
        path = next((link for link in links_of(page) if "dari=" in link), "")
    assert village in text
    assert f"{code} Gangguan Panel surya terputus" in text


def test_a_state_with_its_meaning(client):
    text = text_of(client.get("/sistem?keadaan=fault&lang=en"))
    assert "All villages" in text
    assert "Failed or dark." in text


def test_states_of_a_village_can_be_chosen(client):
    page = client.get("/sistem?desa=Boti")
    assert "Semua 70 Normal" in text_of(page)
    chosen = [link for link in links_of(page) if "keadaan=" in link]
    assert "/sistem?desa=Boti&keadaan=watch" in chosen
    only = links_of(client.get("/sistem?desa=Boti&keadaan=watch"))
    assert len([link for link in only if link.startswith("/rumah/")]) == 3


def test_a_state_nobody_is_in(client):
    text = text_of(client.get("/sistem?keadaan=service"))
    assert "0 sistem" in text
    assert "Tidak ada sistem dalam keadaan ini." in text


def test_unknown_words_are_told(client):
    assert client.get("/sistem?desa=Atlantis").status_code == 422
    assert "Atlantis" in client.get("/sistem?desa=Atlantis").text
    assert client.get("/sistem?keadaan=broken").status_code == 422
