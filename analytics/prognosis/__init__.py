"""From indicators to the probability that a home goes dark because of its battery."""
