"""The README and the docs are part of the product: their blocks run, and their types hold."""
