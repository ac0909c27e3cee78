"""Long work says how far it is, and its stages are timed."""

from io import StringIO

from api.demo.progress import Progress


class Terminal(StringIO):
    def isatty(self):
        return True


def test_stages_are_timed_under_their_names():
    progress = Progress(StringIO())
    progress.stage("history", "History")
    progress.stage("analytics", "Analytics")
    progress.end()
    progress.end()
    assert list(progress.seconds) == ["history", "analytics"]
    assert all(s >= 0 for s in progress.seconds.values())


def test_off_a_terminal_steps_are_whole_lines_and_not_too_many():
    out = StringIO()
    progress = Progress(out)
    progress.stage("history", "History")
    for done in range(100):
        progress.step(done, 100, "readings")
    lines = out.getvalue().splitlines()
    assert lines == ["History", "    0 %  0 of 100 readings"]


def test_on_a_terminal_the_line_renews_itself():
    out = Terminal()
    progress = Progress(out)
    progress.step(1_234, 5_000, "readings")
    progress.say("done")
    assert out.getvalue() == "\r\x1b[2K   24 %  1,234 of 5,000 readings\r\x1b[2Kdone\n"


def test_nothing_to_do_is_no_division_by_zero():
    out = StringIO()
    Progress(out).step(0, 0, "nights")
    assert "0 of 0 nights" in out.getvalue()


def test_while_nothing_changes_it_is_not_said_again():
    out, now_s = StringIO(), [100.0]
    progress = Progress(out, lambda: now_s[0])
    progress.stage("village", "A village")
    for done in [0] * 30 + [3] * 30:
        now_s[0] += 6.0
        progress.step(done, 24, "readings")
    progress.stage("more", "Another")
    progress.step(3, 24, "readings")
    lines = out.getvalue().splitlines()
    assert [line.split("%")[0].strip() for line in lines] == [
        "A village",
        "0",
        "12",
        "Another",
        "12",
    ]
