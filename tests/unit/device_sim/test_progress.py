import io
import json

from device_sim.progress import Words, as_json


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def told(*steps: tuple[float, int]) -> list[str]:
    """What is said when so many of 100 days are done after so many seconds."""
    clock, out = Clock(), io.StringIO()
    words = Words(clock, out)
    for after_s, done in steps:
        clock.now_s = 100.0 + after_s
        words("recorded", {"days": done, "of": 100, "rows": 1000 * done})
    return out.getvalue().splitlines()


def test_a_long_work_says_how_far_it_is_and_how_long_it_will_take():
    assert told((10, 10), (60, 50), (120, 100)) == [
        "recorded: days 10 of 100, rows 10,000; 2 min left",
        "recorded: days 50 of 100, rows 50,000; 1 min left",
        "recorded: days 100 of 100, rows 100,000",
    ]


def test_it_says_so_every_five_seconds_at_most_and_always_the_end():
    assert len(told((1, 1), (2, 2), (3, 3), (4, 100))) == 2
    assert len(told((1, 1), (7, 2), (13, 3))) == 3


def test_what_has_no_end_is_said_every_time():
    out = io.StringIO()
    words = Words(Clock(), out)
    for sent in (1, 2000):
        words("history_done", {"sent": sent})
    assert out.getvalue() == "history done: sent 1\nhistory done: sent 2,000\n"


def test_hours_are_said_as_hours():
    assert told((3600, 10))[0].endswith("9.0 h left")


def test_events_are_json_one_a_line(capsys):
    as_json("live", {"sent": 3})
    assert json.loads(capsys.readouterr().out) == {"event": "live", "sent": 3}
