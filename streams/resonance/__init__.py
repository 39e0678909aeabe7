"""The bank of lanes: counts in, spikes out. Entry: `streams.steps.resonate`."""
