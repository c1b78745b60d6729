"""Snipcart where users live: one file for each foreign library, imported nowhere else."""
