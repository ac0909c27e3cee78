"""The account: sent = stored + dead letters + in spool + at the device + lost."""
