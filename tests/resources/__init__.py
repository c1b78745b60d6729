"""Tests of what can be asked of Snipcart."""
