"""The words of the field: readings, fields, devices, blocks, time. Imports nothing of ours."""
