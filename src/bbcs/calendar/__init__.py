"""The working-day engine: pure. Days and their sources, rules for counting, reading of notices."""
