"""Numbers, times and quantities as people read them here: "13,2 V", "14:05 WITA", "sisa 5 jam"."""

import datetime as dt
import math
from dataclasses import dataclass
from gettext import NullTranslations

from babel.dates import format_date

from api.language import LanguageCode
from api.pages.window import Window
from collector.domain.clock import DAY_S, local

HOUR_S = 3600
MINUTE_S = 60
MISSING = "–"


@dataclass(frozen=True)
class Formats:
    """One language's way of writing. Times are UTC seconds and shown in the village's zone."""

    code: LanguageCode
    words: NullTranslations

    def number(self, value: float, decimals: int = 0) -> str:
        """Grouped by thousands: 1.164 and 13,2 in Indonesian; a dash where nothing was measured."""
        if not math.isfinite(value):
            return MISSING
        text = f"{value:z,.{decimals}f}"  # z: nothing is ever "-0"
        return text.translate(_SWAPPED) if self.code == "id" else text

    def volts(self, value: float) -> str:
        """One decimal: "13,2 V"."""
        return self.quantity(value, "V", 1)

    def amperes(self, value: float) -> str:
        """One decimal, never a sign: words tell the direction."""
        return self.quantity(abs(value), "A", 1)

    def quantity(self, value: float, unit: str, decimals: int) -> str:
        """A number with its unit; the space between them does not break."""
        text = self.number(value, decimals)
        return text if text == MISSING else f"{text}\u00a0{unit}"

    def clock(self, time_s: float, timezone: str) -> str:
        """The village's local time with its zone: "14:05 WITA"."""
        moment = local(time_s, timezone)
        return f"{moment:%H:%M}\u00a0{moment:%Z}"

    def day(self, time_s: float, timezone: str) -> str:
        """The village's local day: "22 Nov 2026"."""
        return self.date(local(time_s, timezone).date())

    def date(self, day: dt.date) -> str:
        """A day without a time: "22 Nov 2026"."""
        return format_date(day, "d\u00a0MMM\u00a0y", locale=self.code)

    def short_date(self, day: dt.date) -> str:
        """A day of this year, for axes and tables: "22 Nov"."""
        return format_date(day, "d\u00a0MMM", locale=self.code)

    def moment(self, time_s: float, timezone: str) -> str:
        """Day and time: "22 Nov 2026 14:05 WITA"."""
        return f"{self.day(time_s, timezone)} {self.clock(time_s, timezone)}"

    def data_time(self, time_s: float, now_s: float, timezone: str) -> str:
        """The time alone when it is today's, else with its day."""
        same_day = local(time_s, timezone).date() == local(now_s, timezone).date()
        return (self.clock if same_day else self.moment)(time_s, timezone)

    def tick(self, time_s: float, at: Window) -> str:
        """Below a chart: hours of one day, days of the month of a week, dates of longer."""
        moment = local(time_s, at.timezone)
        if at.days <= 1:
            return f"{moment:%H:%M}"
        return str(moment.day) if at.days <= 7 else self.short_date(moment.date())

    def row_time(self, time_s: float, at: Window) -> str:
        """In a table: the time of one day, else day and time."""
        moment = local(time_s, at.timezone)
        return f"{moment:%H:%M}" if at.days <= 1 else f"{self.short_date(moment)} {moment:%H:%M}"

    def duration(self, length_s: float) -> str:
        """In the largest unit that says enough: minutes, hours up to two days, then days."""
        if length_s < HOUR_S:
            n = max(1, round(length_s / MINUTE_S))
            return self.words.ngettext("%(n)s menit", "%(n)s menit", n) % {"n": n}
        if length_s < 2 * DAY_S:
            n = math.floor(length_s / HOUR_S)
            return self.words.ngettext("%(n)s jam", "%(n)s jam", n) % {"n": n}
        n = math.floor(length_s / DAY_S)
        return self.words.ngettext("%(n)s hari", "%(n)s hari", n) % {"n": self.number(n)}

    def ago(self, time_s: float, now_s: float) -> str:
        """How long ago: "12 menit lalu"."""
        if now_s - time_s < MINUTE_S:
            return self.words.gettext("baru saja")
        return self.words.gettext("%(length)s lalu") % {"length": self.duration(now_s - time_s)}

    def left(self, due_s: float, now_s: float) -> str:
        """Time to a deadline: "sisa 5 jam", "lewat 2 hari"."""
        if due_s < now_s:
            return self.words.gettext("lewat %(length)s") % {"length": self.duration(now_s - due_s)}
        return self.words.gettext("sisa %(length)s") % {"length": self.duration(due_s - now_s)}


_SWAPPED = str.maketrans(",.", ".,")
