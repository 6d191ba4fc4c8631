"""Microsoft Teams, as tests have it."""
