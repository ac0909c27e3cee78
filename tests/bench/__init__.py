"""Measurements, each in one run on one machine. They print JSON and assert nothing."""
