"""The steps as the agent takes them: decoding, state and its snapshot around pure functions."""
