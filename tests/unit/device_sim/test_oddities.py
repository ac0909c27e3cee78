from collector.wire.decode import decode_message
from collector.wire.topics import data_topic
from device_sim.oddities import UNKNOWN_SERIAL, odd_messages
from tests.fixtures.simulated_field import DAY, DAY_S, mixed_fleet

FLEET = mixed_fleet()
END_S = DAY * DAY_S
MESSAGES = odd_messages(FLEET, END_S)


def decoded(message):
    return decode_message(data_topic(message.publisher), message.publisher, message.payload, END_S)


def test_the_collector_finds_just_the_rows_that_were_counted():
    for message in MESSAGES:
        found = decoded(message)
        assert len(found.batch) + sum(r.readings for r in found.rejects) == message.rows


def test_each_is_odd_in_its_own_way():
    stranger, texting, futuristic = (decoded(m) for m in MESSAGES)
    assert stranger.batch.serials == (UNKNOWN_SERIAL,)
    assert UNKNOWN_SERIAL not in FLEET.serials
    assert not len(texting.batch)
    assert "no number" in texting.rejects[0].reason
    assert not len(futuristic.batch)
    assert "data format 99" in futuristic.rejects[0].reason


def test_they_are_few_and_come_from_publishers_that_may_speak():
    assert sum(m.rows for m in MESSAGES) < 25
    assert {m.publisher for m in MESSAGES[1:]} <= set(FLEET.publishers)
    assert (decoded(MESSAGES[0]).batch.time_s < END_S).all()
