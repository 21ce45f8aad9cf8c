"""Reads and checks TOML and items.csv: rule packs, the station file, scenarios, the catalogue."""
