"""What a demonstration remembers from one start to the next, in its data folder."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path


@dataclass
class DemoMemory:
    """When the simulated world began, with which seed, and up to when its readings were sent."""

    path: Path
    started: datetime
    seed: int
    sent_until: datetime | None = None

    @classmethod
    def load(cls, folder: Path, days: int, seed: int) -> "DemoMemory":
        """What an earlier start left in the folder; else a world that began so many days ago."""
        path = folder / "demo.json"
        if path.exists():
            kept = json.loads(path.read_text())
            until = kept["sent_until"]
            return cls(
                path,
                datetime.fromisoformat(kept["started"]),
                int(kept["seed"]),
                datetime.fromisoformat(until) if until else None,
            )
        today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return cls(path, today - timedelta(days=days), seed)

    def days_until(self, moment: datetime) -> int:
        """Whole days that are still to be sent at this moment."""
        return (moment - (self.sent_until or self.started)).days

    def sent(self, until: datetime) -> None:
        """Note that everything up to this moment has been stored."""
        self.sent_until = until
        kept = {k: v.isoformat() if isinstance(v, datetime) else v for k, v in asdict(self).items()}
        del kept["path"]
        temporary = self.path.with_suffix(".tmp")
        temporary.write_text(json.dumps(kept))
        temporary.replace(self.path)
