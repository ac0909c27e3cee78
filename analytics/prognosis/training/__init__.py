"""Fitting the prognosis to records: simulated ones or a programme's own."""
