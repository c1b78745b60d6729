"""Snipcart where users live: one file or folder for each foreign library, imported nowhere else."""
