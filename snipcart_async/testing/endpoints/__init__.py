"""What the fake answers: a module for each resource, a function for each operation."""
