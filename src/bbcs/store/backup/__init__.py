"""Backups of a home: one file with everything that cannot be made again, verified by restoring it."""
