"""Sources that need no code: one TOML file says what to ask and what the answers mean."""
