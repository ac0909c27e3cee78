"""What technicians found: how right the detectors were, and what to train with."""
