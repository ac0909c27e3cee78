"""The demonstration's broker: its passwords are nobody else's to read, at no moment."""

import os
from pathlib import Path

from api.demo import broker


def test_the_password_file_is_never_open_to_others(tmp_path, monkeypatch):
    modes = []
    monkeypatch.setattr(broker.subprocess, "run", lambda *_, **__: None)
    write_text = Path.write_text

    def watched(self, text):
        done = write_text(self, text)
        if self.name == "passwords":
            modes.append(self.stat().st_mode & 0o777)
        return done

    monkeypatch.setattr(Path, "write_text", watched)
    before = os.umask(0o022)
    try:
        broker._mosquitto_config(tmp_path, 1883, {"a": "secret"})
    finally:
        os.umask(before)
    assert modes == [0o600]
