"""Conversations first: tests read like what people say to the bot and see from it."""
