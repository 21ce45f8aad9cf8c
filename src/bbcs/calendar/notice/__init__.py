"""Reads holiday notices of the State Council and of regions, from file to checked days."""
