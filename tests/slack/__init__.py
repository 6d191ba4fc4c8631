"""A Slack of our own on loopback, and people who use it."""
