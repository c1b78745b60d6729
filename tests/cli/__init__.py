"""Tests of the `snipcart` command."""
