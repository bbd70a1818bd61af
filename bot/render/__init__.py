"""Papers: what leaves the chat as a file - posters, codes, certificates. No Telegram, no database."""
