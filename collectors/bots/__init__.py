"""Telegram's bots: what they are told, and how they are refused."""
