"""Bytes on the wire <-> readings in columns. See the README beside this."""
