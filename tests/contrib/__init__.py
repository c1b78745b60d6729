"""The integrations, each against the real thing."""
