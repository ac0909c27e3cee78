"""Suluh's tests: unit, contract, integration (real servers), e2e (processes and a browser)."""
