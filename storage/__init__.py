"""What the bot remembers: one noun a file, holding its row, its life and its questions."""
