"""YouTube's Data API: what it says, what it refuses, what it costs."""
