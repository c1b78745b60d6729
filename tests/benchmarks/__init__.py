"""What takes long, and is measured rather than tested: run by name, not by pytest."""
