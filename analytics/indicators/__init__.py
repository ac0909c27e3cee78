"""Daily indicators: pure functions of one village's blocks, one module per theme."""
