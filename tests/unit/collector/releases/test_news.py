"""Gateways with a new order are told to look, and of nothing else."""

import json
import threading

from collector.releases.news import News


class Due:
    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = threading.Event()

    def claim_news(self, now_s):
        assert now_s == 7.0
        if not self.answers:
            self.asked.set()
            return []
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def test_those_that_are_due_are_told(monkeypatch):
    monkeypatch.setattr("collector.releases.news.EVERY_S", 0.001)
    told, due = [], Due(["gw-boti", "gw-haya"], RuntimeError("away"), ["gw-boti"])
    news = News(due, lambda: 7.0, lambda gateway, payload: told.append((gateway, payload)))
    news.start()
    assert due.asked.wait(30), "a database that was away is asked again"
    news.stop()
    assert [gateway for gateway, _ in told] == ["gw-boti", "gw-haya", "gw-boti"]
    assert {json.dumps(json.loads(payload)) for _, payload in told} == {'{"update": {}}'}
