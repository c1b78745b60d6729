"""Tests of the fake: by plain HTTP, or by pure calls."""
