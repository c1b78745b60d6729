"""The page about an export: its figures, its charts, and nobody's data."""
