"""What the `rss` collector knows of feeds: reading them, and remembering what they showed."""
