"""A record walked day by day, as if each night were tonight: tickets and forecasts as files."""
