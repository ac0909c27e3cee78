"""The demonstration: the pilot fleet, simulated, through every part of the product."""
