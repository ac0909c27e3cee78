"""Numpy on blocks of readings: quality, indicators, detectors, tickets. Reads no socket."""
