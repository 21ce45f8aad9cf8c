"""Tables out of the house: terminal, csv, json, xlsx.

Import the module you need; this one loads nothing.
"""
