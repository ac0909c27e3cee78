from device_sim.levers import Levers


def test_untouched_levers_change_nothing():
    levers = Levers.untouched(3)
    assert levers.light.shape == levers.mute.shape == (3, 96)
    assert (levers.light == 1).all()
    assert (levers.lamp == 1).all()
    assert (levers.capacity == 1).all()
    assert (levers.ohm == 1).all()
    assert not levers.panel_open.any()
    assert not levers.mute.any()
    assert not levers.dirt.any()
