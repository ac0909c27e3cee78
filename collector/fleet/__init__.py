"""The registry: who is out there, which device measures what, and how a file is taken in."""
