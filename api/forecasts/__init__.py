"""How likely each system is to go dark because of its battery."""
