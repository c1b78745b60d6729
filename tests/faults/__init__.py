"""The whole fault matrix, run against a server that speaks bytes; `python -m tests.faults` prints it."""
