"""The account of a demonstration: what went in, what was stored, what was found."""

from collections import Counter
from typing import Any

from analytics.evaluate.answers import read_answers
from analytics.evaluate.rows import ticket_rows
from analytics.evaluate.score import score
from analytics.tickets.port import TicketFilter
from api.demo.run import Demo
from api.demo.village_gateway import outbox_counts


def account(demo: Demo) -> dict[str, Any]:
    """One JSON object, every figure counted from what was really stored.

    ``found`` has for each fault [how many showed for a week, how many of them have their ticket];
    ``false`` counts tickets on systems without any fault then. Both come from simulated faults.
    """
    book = demo.stores.book
    tickets = book.find(TicketFilter(open_only=False))
    fleet = demo.stores.fleet.load()
    answers = read_answers(demo.plan.folder / "answers.csv")
    result = score(ticket_rows(tickets, fleet), answers, demo.until.timestamp())
    demo.progress.end()
    return {
        "systems": len(fleet.systems),
        "sent": demo.sent(),
        "stored": demo.stores.readings.count(),
        "dead_letters": demo.stores.dead_letters.count_readings(),
        "in_flight": demo.in_flight(),
        "via_modbus": outbox_counts(demo.gateway_config).produced,
        "tickets": dict(sorted(Counter(t.fault for t in tickets).items())),
        "found": {fault: list(counts) for fault, counts in result.found.items()},
        "false": len(result.false),
        "seconds": demo.progress.seconds,
    }
