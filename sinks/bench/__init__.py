"""Measures the store at the volume of a country: panels, rivals, disk, insertion."""
