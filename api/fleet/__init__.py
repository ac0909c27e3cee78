"""The registry and the state of every system, for people and machines."""
