"""Scenes about the sandbox Telegram."""
