"""Tests of the formats an export can have."""
