"""Measurements of the detector that people can repeat: `rezonans bench-detect`."""
