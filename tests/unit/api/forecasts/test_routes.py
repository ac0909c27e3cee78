"""GET /api/v1/forecasts, and the forecast of one system."""

import pytest

from analytics.prognosis.facts import FACTS
from analytics.prognosis.forecast import Reason
from analytics.prognosis.system_forecast import SystemForecast
from tests.unit.api.world import NOW_S


@pytest.fixture
def foreseen(world):
    """The later in the list of codes the likelier; two are alike, one was heard too little."""
    for i, system in enumerate(world.fleet.systems):
        p = round(max(i, 1) / 1000, 3)
        reasons = (Reason(FACTS[0], 0.55, 1.2),)
        world.forecasts.held[system.code] = SystemForecast(
            system.code, NOW_S - 9 * 3600, p / 2, p, i == 3, () if i == 3 else reasons
        )
    return world.fleet.systems


def test_the_likeliest_first_page_by_page(client, foreseen):
    found, cursor = [], ""
    while cursor is not None:
        page = client.get("/api/v1/forecasts", params={"limit": 90, "cursor": cursor}).json()
        found += page["items"]
        cursor = page["next_cursor"]
    codes = [s.code for s in foreseen]
    assert [f["system"] for f in found] == [*codes[:1:-1], codes[0], codes[1]]
    assert page["total"] == len(codes)
    assert page["expected_dark_8w"] == pytest.approx(sum(f["forecast"]["p_dark_8w"] for f in found))
    assert page["expected_dark_4w"] == pytest.approx(page["expected_dark_8w"] / 2)


def test_a_village_alone(client, foreseen):
    page = client.get("/api/v1/forecasts", params={"village": "boti"}).json()
    assert page["total"] == 70
    assert {f["village"] for f in page["items"]} == {"Boti"}


def test_reasons_are_words_in_both_languages(client, foreseen):
    forecast = client.get(f"/api/v1/systems/{foreseen[5].code}").json()["forecast"]
    (reason,) = forecast["reasons"]
    assert reason["said"] == {
        "id": "baterai hanya menyimpan sekitar 55 % kapasitasnya",
        "en": "the battery holds about 55 % of its capacity",
    }
    assert (forecast["few_data"], forecast["p_dark_8w"]) == (False, 0.005)
    few = client.get(f"/api/v1/systems/{foreseen[3].code}").json()["forecast"]
    assert (few["few_data"], few["reasons"]) == (True, [])


def test_before_the_first_night_nothing_is_foreseen(client, world):
    assert client.get("/api/v1/forecasts").json()["items"] == []
    code = world.fleet.systems[0].code
    assert client.get(f"/api/v1/systems/{code}").json()["forecast"] is None


@pytest.mark.parametrize(
    "query", [{"village": "Atlantis"}, {"cursor": "soon"}, {"cursor": "x_A"}, {"limit": 0}]
)
def test_wrong_questions_are_told(client, foreseen, query):
    assert client.get("/api/v1/forecasts", params=query).status_code == 422


def test_a_database_out_of_reach_is_said(client, world):
    world.forecasts.down = True
    assert client.get("/api/v1/forecasts").status_code == 503
