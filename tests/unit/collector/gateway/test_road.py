"""MQTT where it works; HTTPS, message by message, while it has not for a while."""

from collector.gateway.road import Road
from tests.unit.collector.gateway.sending_scene import MemoryChannel


class Scene:
    """A road, and a sender that has some messages to send."""

    def __init__(self, messages=3):
        self.now_s, self.answers, self.posted = 0.0, [], []
        self.broker = MemoryChannel()
        self.reachable = True
        self.left = messages
        self.road = Road(self.broker, self.post, 600.0, lambda: self.now_s)
        self.road.on_answer = self.answers.append
        self.detours = 0
        self.road.on_detour = self.detour

    def post(self, payload):
        self.posted.append(payload)
        return b"answer" if self.reachable else None

    def detour(self):
        self.detours += 1

    def send_one(self):
        if not self.left or not self.road.send(b"message"):
            return False
        self.left -= 1
        return True


def test_while_the_broker_lets_us_in_all_goes_there():
    scene = Scene()
    assert scene.road.connected
    assert scene.road.send(b"x")
    assert scene.broker.sent == [b"x"]
    scene.broker.connected = scene.broker.delivered = False
    assert not scene.road.connected
    assert not scene.road.delivered


def test_a_short_absence_is_waited_for():
    scene = Scene()
    scene.now_s = 599.0
    scene.road.away(scene.send_one)
    assert not scene.posted
    scene.road.well()
    scene.now_s = 1100.0
    scene.road.away(scene.send_one)
    assert not scene.posted


def test_after_that_everything_goes_by_https_and_its_answers_count():
    scene = Scene()
    scene.broker.connected, scene.now_s = False, 601.0
    scene.road.away(scene.send_one)
    assert scene.posted == [b"message"] * 3
    assert scene.answers == [b"answer"] * 3
    scene.road.away(scene.send_one)
    assert scene.detours == 1, "one absence is one detour"
    scene.road.well()
    scene.now_s = 2000.0
    scene.road.away(scene.send_one)
    assert scene.detours == 2
    assert not scene.road.connected, "between the attempts the broker is the way"


def test_a_server_that_cannot_be_reached_either_is_asked_once():
    scene = Scene()
    scene.reachable, scene.now_s = False, 601.0
    scene.road.away(scene.send_one)
    assert len(scene.posted) == 1
    assert not scene.answers
    assert scene.left == 3


def test_without_an_address_there_is_no_other_way():
    road = Road(MemoryChannel(), None, 0.0, lambda: 1.0)
    asked = []
    road.away(lambda: asked.append(1) or False)
    assert not asked
