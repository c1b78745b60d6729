"""The members' area in a real browser: `nox -s browser`."""
