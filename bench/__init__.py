"""Benchmarks: `make bench`. Each figure is taken in one run against the sandbox, beside what it is compared with."""
