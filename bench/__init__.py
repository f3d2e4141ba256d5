"""Benchmarks of our own path. Each is a command that prints a table: `python -m bench.NAME`.

A scripted engine that stamps each token with the time it was made stands in for vLLM where only
our path is measured. CPU time per token stands beside every time, since machines are noisy.
"""
