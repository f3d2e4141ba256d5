"""Decoding: the controls that people set, and (one file each) the methods behind them."""
