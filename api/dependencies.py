"""What a route may ask for: the services and the view of the fleet."""

from typing import Annotated

from fastapi import Depends, Request

from api.fleet.snapshot import FleetView
from api.services import Services


def _services(request: Request) -> Services:
    return request.app.state.services


def _view(request: Request) -> FleetView:
    return request.app.state.view


WITHOUT_NUL = r"^[^\x00]*$"
"""A pattern for words that a database is asked for: PostgreSQL takes no NUL."""
ServicesDep = Annotated[Services, Depends(_services)]
ViewDep = Annotated[FleetView, Depends(_view)]
