"""Writes tables to the terminal, CSV, JSON, XLSX, DOCX, PDF and HTML.

Import the module you need; this one loads nothing.
"""
