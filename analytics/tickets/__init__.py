"""From findings to work: tickets, their states, the rules, and how they are kept."""
