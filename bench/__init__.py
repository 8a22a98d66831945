"""Benchmarks of the whole portal as it is served: `python -m bench` (docs/benchmarks.md)."""
