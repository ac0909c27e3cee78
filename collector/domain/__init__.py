"""The words of the field: readings, fields, devices, systems, blocks, time. Imports nothing of ours."""
