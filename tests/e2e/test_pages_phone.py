"""The pages in a real browser as small as the phones they are read on."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.e2e.pages_site import Site, running_site

FIRST_LOAD_BYTES = 30 * 1024
REPEAT_BYTES = 6 * 1024
SMALLEST_TARGET_PX = 44


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest.fixture(scope="module")
def addresses(site) -> dict[str, str]:
    panel = next(c for c, f in site.world.fault_of.items() if f == "panel_disconnected")
    return {
        "fleet": "/",
        "village": "/sistem?desa=Boti",
        "state": "/sistem?keadaan=fault",
        "jobs": "/pekerjaan",
        "filtered": "/pekerjaan?desa=Boti&batas=minggu-ini",
        "ticket": "/pekerjaan/1",
        "house": f"/rumah/{panel}",
        "week": f"/rumah/{panel}?hari=7",
        "month": f"/rumah/{panel}?hari=30",
        "forecasts": "/prakiraan",
        "data": "/data",
        "search": "/cari?q=OEM-0001-Q",
        "lost": "/tidak-ada",
        "problem": "/masalah/unavailable",
    }


NAMES = (
    "fleet",
    "village",
    "state",
    "jobs",
    "filtered",
    "ticket",
    "house",
    "week",
    "month",
    "data",
    "forecasts",
    "search",
    "lost",
    "problem",
)


def widths(page) -> tuple[int, int]:
    return tuple(page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]"))


@pytest.mark.parametrize("name", NAMES)
def test_nothing_scrolls_sideways_also_with_large_text(chromium_page, site, addresses, name):
    page = chromium_page(width=360, height=640)
    page.goto(site.url + addresses[name])
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert widths(page) == (360, 360)
    page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
    assert widths(page) == (360, 360)


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_nothing(chromium_page, site, addresses, name, language):
    page = chromium_page()
    page.goto(site.url + "/?lang=" + language)
    page.goto(site.url + addresses[name])
    assert page.get_attribute("html", "lang") == language
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("name", NAMES)
def test_targets_are_large_enough_for_a_thumb(chromium_page, site, addresses, name):
    page = chromium_page()
    page.goto(site.url + addresses[name])
    small = page.evaluate(
        """least => [...document.querySelectorAll('a, button, input, select, summary')]
            .filter(e => e.checkVisibility() && !e.closest('.skip'))
            .filter(e => e.type !== 'hidden')
            .map(e => [e.textContent.trim(), e.getBoundingClientRect()])
            .filter(([, box]) => box.height && box.height < least)
            .map(([text, box]) => `${text}: ${box.height}`)""",
        SMALLEST_TARGET_PX,
    )
    assert small == []


@pytest.mark.parametrize("name", NAMES)
def test_the_first_load_is_small_and_the_repeat_smaller(chromium_page, site, addresses, name):
    page = chromium_page()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    received: list[float] = []
    session.on("Network.loadingFinished", lambda e: received.append(e["encodedDataLength"]))
    page.goto(site.url + addresses[name], wait_until="networkidle")
    first = sum(received)
    received.clear()
    page.goto(site.url + addresses[name], wait_until="networkidle")
    assert 0 < first <= FIRST_LOAD_BYTES
    assert sum(received) <= REPEAT_BYTES
    print(f"{name}: first {first:.0f} bytes, repeat {sum(received):.0f}")


@pytest.mark.parametrize("name", NAMES)
def test_the_browser_has_nothing_to_complain_of(chromium_page, site, addresses, name):
    page = chromium_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(site.url + addresses[name], wait_until="networkidle")
    assert [s for s in said if name != "lost" or "404" not in s] == []


def test_a_technicians_way_without_javascript(chromium_page, site):
    page = chromium_page(javascript=False)
    page.goto(site.url)
    assert page.text_content("h1") == "206 sistem"
    page.click("nav >> text=Pekerjaan")
    page.click("summary")
    page.select_option("#gangguan", "panel_disconnected")
    page.click("text=Tampilkan >> visible=true")
    assert "gangguan=panel_disconnected" in page.url
    page.click(".jobs a >> nth=0")
    assert page.text_content("h1") == "Panel surya terputus"
    assert page.locator(".band").count() == 1
    page.click(".house")
    page.click("text=7 hari")
    assert "hari=7" in page.url
    page.click("summary")
    assert page.locator("table tbody tr").count() > 100
    page.fill("#cari", "oem 0001 p")
    page.press("#cari", "Enter")
    assert page.url.endswith("/rumah/OEM-0001-P")


def test_the_language_stays_chosen(chromium_page, site):
    page = chromium_page(javascript=False, locale="en-US")
    page.goto(site.url)
    assert "Data per" in page.text_content("main")
    page.click(".lang")
    assert "Data as of 14:00" in page.text_content("main").replace("\u00a0", " ")
    page.click("nav >> text=Jobs")
    assert page.text_content("h1") == "Jobs"
    page.click(".lang")
    page.click("nav >> text=Sistem")
    assert page.get_attribute("html", "lang") == "id"


def test_the_first_job_stands_on_the_first_screen(chromium_page, site):
    page = chromium_page(width=360, height=640)
    page.goto(site.url + "/pekerjaan")
    top = page.evaluate("document.querySelector('.jobs li').getBoundingClientRect().top")
    assert top < 400


def test_the_house_page_shows_the_numbers_of_the_store(chromium_page, site):
    code = next(s.code for s in site.world.fleet.systems if s.village == "Boti")
    serial = site.world.fleet.by_system[code][0].serial
    newest = site.store.latest([serial])
    page = chromium_page()
    page.goto(f"{site.url}/rumah/{code}")
    page.click("summary")
    cells = page.locator("tbody tr").first.locator("th, td").all_text_contents()
    shown = [float(n.replace(",", ".")) for n in re.findall(r"\d+,\d", " ".join(cells[1:]))]
    volts, amperes = newest.values[0, 2], abs(newest.values[0, 3])
    panel_v, panel_a, load_a = newest.values[0, [0, 1, 4]]
    assert cells[0] == "14:00"
    assert shown == pytest.approx([volts, amperes, panel_v, panel_a, load_a], abs=0.051)
    rows = page.locator("tbody tr").count()
    assert rows == len(site.store.rows(serial, int(newest.time_s[0]) - 82_800, 2**40))


def test_the_api_serves_what_the_store_holds(site):
    serial, code = next((a.serial, a.system) for a in site.world.fleet.assignments)
    with urllib.request.urlopen(f"{site.url}/api/v1/systems/{code}/readings") as answer:
        columns = json.load(answer)["columns"]
    stored = site.store.rows(serial, 1_795_241_100, 1_795_327_500)
    assert columns["battery_voltage_v"] == stored.values[:, 2].tolist()
