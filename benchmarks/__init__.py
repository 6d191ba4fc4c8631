"""Figures, never timed tests: what `make bench` and `make soak` print."""
