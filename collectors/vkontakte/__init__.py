"""VK: what its API says, what it refuses, and what we remember of a community."""
