"""Topics name their publisher, and only ours do."""

import pytest

from collector.wire import topics


@pytest.mark.parametrize("kind", ["data", "ack", "cmd", "birth", "state"])
def test_the_publisher_is_read_back(kind):
    topic = getattr(topics, f"{kind}_topic")("KPK-0142")
    assert topic == f"shs/v1/KPK-0142/{kind}"
    assert topics.publisher_of(topic) == "KPK-0142"


@pytest.mark.parametrize(
    "topic", ["", "shs/v1/x", "shs/v2/x/data", "shs/v1//data", "v1/gateway/telemetry"]
)
def test_other_topics_name_none(topic):
    assert topics.publisher_of(topic) is None
