"""Between the doors and the ingest: raw deliveries, waiting to be stored."""
