"""Measurements that people can repeat: `make bench-detect`, `make bench-forecast`."""
