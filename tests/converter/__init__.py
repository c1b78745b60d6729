"""Tests of the converter: pure calls on documents, no HTTP."""
