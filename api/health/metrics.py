"""The API's numbers for Prometheus: what waits for people, and how it has answered."""

from collections import Counter

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client import Counter as Total
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from analytics.tickets.port import TicketFilter
from api.services import Services


class CountAnswers:
    """Counts answers by the first digit of their status ("2xx"); wraps all of the application."""

    def __init__(self, app: ASGIApp, answers: Counter[str]) -> None:
        self._app, self._answers = app, answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on."""

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._answers[f"{message['status'] // 100}xx"] += 1
            await send(message)

        await self._app(scope, receive, counted if scope["type"] == "http" else send)


def exposition(services: Services, answers: Counter[str]) -> bytes:
    """The numbers as Prometheus reads them. Raises what ``services.unavailable`` lists."""
    registry = CollectorRegistry()
    answered = Total("suluh_api_answers", "answers", ["status"], registry=registry)
    for status, many in answers.items():
        answered.labels(status).inc(many)
    if services.dead_letters is not None:
        open_letters = Gauge(
            "suluh_dead_letters_open_readings", "refused and not stored since", registry=registry
        )
        open_letters.set(services.dead_letters.count_readings())
    tickets = Gauge("suluh_tickets_open", "open tickets", ["fault"], registry=registry)
    for fault, many in Counter(t.fault for t in services.book.find(TicketFilter())).items():
        tickets.labels(fault).set(many)
    judged_s = max((s.as_of_s for s in services.book.states().values()), default=0.0)
    night = "suluh_nightly_as_of_timestamp_seconds"
    Gauge(night, "the night that was judged last", registry=registry).set(judged_s)
    return generate_latest(registry)
