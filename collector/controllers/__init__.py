"""Charge controllers as data: one file a controller in ``maps/``, and what reads and checks it."""
