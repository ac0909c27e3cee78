"""The account of a demonstration: what went in, what was stored, what was found."""

from collections import Counter
from typing import Any

from analytics.evaluate import read_answers, score, ticket_rows
from analytics.tickets.port import TicketFilter
from api.demo.run import Demo
from api.demo.village_gateway import outbox_counts


def account(demo: Demo) -> dict[str, Any]:
    """One JSON object, every figure counted from what was really stored.

    ``found`` has for each fault [systems with it visible for a week, those with a ticket of it];
    ``false`` counts tickets on systems without any fault. Both come from simulated faults.
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
