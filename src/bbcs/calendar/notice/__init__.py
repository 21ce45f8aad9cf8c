"""Reads a holiday notice of the State Council or a region: file, text, header, sentences, checks."""
