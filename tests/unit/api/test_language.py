"""Indonesian unless a person chose English, and the choice is remembered."""


def test_indonesian_first_whatever_the_browser_says(client):
    page = client.get("/", headers={"Accept-Language": "en-US,en"})
    assert page.headers["content-language"] == "id"
    assert '<html lang="id">' in page.text
    assert "set-cookie" not in page.headers


def test_english_is_remembered_until_indonesian_is_chosen(client):
    chosen = client.get("/?lang=en")
    assert '<html lang="en">' in chosen.text
    cookie = chosen.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert '<html lang="en">' in client.get("/pekerjaan").text
    assert '<html lang="id">' in client.get("/pekerjaan?lang=id").text
    assert '<html lang="id">' in client.get("/pekerjaan").text


def test_an_unknown_language_is_ignored(client):
    page = client.get("/?lang=xx")
    assert '<html lang="id">' in page.text
    assert "set-cookie" not in page.headers


def test_the_switch_keeps_the_rest_of_the_address(client):
    page = client.get("/pekerjaan?desa=Boti&batas=terlambat")
    assert 'href="/pekerjaan?desa=Boti&amp;batas=terlambat&amp;lang=en"' in page.text
