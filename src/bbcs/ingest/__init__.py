"""Ledgers of other programs: bytes -> sheets -> tables -> records with codes.

Pure but for reading the file.
"""
