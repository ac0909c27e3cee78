"""Stands in for the field: weather, panel, battery, load, controller, telemetry, faults."""
