"""The browser workspace: three people in one page, no account needed."""
