"""Backtest: what a setting would have sent over stored minute counts. Pure."""
