"""Keeps the ledger. The only package that knows SQL.

Commands use the engine's driver; SQLModel only defines `tables`.
"""
