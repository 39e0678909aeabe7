"""Odnoklassniki: how its API is asked and signed, what it refuses, what we remember of a group."""
