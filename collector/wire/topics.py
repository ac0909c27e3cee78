"""MQTT topics: every publisher writes under its own name only."""

ROOT = "shs/v1"
DATA_FILTER = f"{ROOT}/+/data"
STATE_FILTER = f"{ROOT}/+/state"
THINGSBOARD_DEVICE = "v1/devices/me/telemetry"
THINGSBOARD_GATEWAY = "v1/gateway/telemetry"


def data_topic(publisher: str) -> str:
    """Where a publisher sends readings."""
    return f"{ROOT}/{publisher}/data"


def ack_topic(publisher: str) -> str:
    """Where the server says which readings it has durably taken."""
    return f"{ROOT}/{publisher}/ack"


def cmd_topic(publisher: str) -> str:
    """Where the server asks for a resend, sets time, interval or configuration."""
    return f"{ROOT}/{publisher}/cmd"


def birth_topic(publisher: str) -> str:
    """Identity of a publisher, retained."""
    return f"{ROOT}/{publisher}/birth"


def state_topic(publisher: str) -> str:
    """Whether a publisher is online; retained, and its last will."""
    return f"{ROOT}/{publisher}/state"


def is_state(topic: str) -> bool:
    """Whether this is a publisher's state topic."""
    return topic.startswith(f"{ROOT}/") and topic.endswith("/state")


def publisher_of(topic: str) -> str | None:
    """The publisher named by one of our topics, None for any other topic."""
    parts = topic.split("/")
    if len(parts) == 4 and parts[:2] == ["shs", "v1"] and parts[2]:
        return parts[2]
    return None
