"""Sources that show a list, newest first: what we remember of it, and what a look adds."""
