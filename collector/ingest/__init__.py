"""From raw deliveries to stored readings: decode, validate, resolve, write, account."""
