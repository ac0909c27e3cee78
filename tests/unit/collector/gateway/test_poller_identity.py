"""A device is read as what it shows that it is, or not at all."""

from collector.controllers.controller_map import Block, Sign
from collector.gateway.device import LONGEST_BACKOFF, PATIENCE
from collector.gateway.port import RefusedError
from tests.fixtures.small_map import register, small_map
from tests.unit.collector.gateway.polling_scene import Scene


def signed(*values):
    """A small controller that shows by one register of a block of its own what it is."""
    return small_map(
        blocks=(*small_map().blocks, Block("plate", 4, 500, 1)),
        registers=(*small_map().registers, register("rated_v", 500)),
        identity=(Sign("rated_v", values),),
    )


def test_a_device_of_another_model_gives_no_reading():
    scene = Scene([1, 2], signed(100.0))
    done = scene.poller.cycle()
    assert (done.read, done.failed) == (["S1"], ["S2"])
    assert [r.serial for r in scene.kept] == ["S1"], "unit 2 says 200"
    assert scene.bus.resets == 0, "the line itself is in step"
    assert (2, "panel") not in scene.bus.asked


def test_a_known_device_is_not_asked_who_it_is_again_until_it_was_away():
    scene = Scene([1], signed(100.0))
    scene.poller.cycle()
    scene.bus.asked.clear()
    scene.poller.cycle()
    assert (1, "plate") not in scene.bus.asked
    scene.bus.dead = {1}
    for _ in range(PATIENCE):
        scene.poller.cycle()
    scene.bus.dead = set()
    for _ in range(LONGEST_BACKOFF + 1):
        scene.poller.cycle()
    assert (1, "plate") in scene.bus.asked


def test_a_model_that_does_not_tell_is_believed():
    scene = Scene([1], signed(7.0))
    scene.trouble(1, RefusedError(1, "plate", 2))
    assert scene.poller.cycle().read == ["S1"]
