"""What the bot says: every Chinese sentence, short and plain, in one place."""
