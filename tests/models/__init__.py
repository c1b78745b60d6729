"""Tests of the models: what holds for every one of them."""
