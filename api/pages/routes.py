"""All pages; each has a module of its own. They are for people and stay out of the API's schema."""

from fastapi import APIRouter

from api.pages import (
    fleet_page,
    forecast_page,
    house_page,
    jobs_page,
    ledger_page,
    problem_page,
    search_page,
    systems_page,
    ticket_page,
)

router = APIRouter(include_in_schema=False)
for _page in (
    fleet_page,
    systems_page,
    jobs_page,
    ticket_page,
    forecast_page,
    ledger_page,
    house_page,
    search_page,
    problem_page,
):
    router.include_router(_page.router)
