"""The `snipcart` command: one file per group of commands."""

from .app import main

__all__ = ["main"]
