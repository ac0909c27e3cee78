"""Versions of the gateway's program: kept, given to gateways, and what became of them there."""
