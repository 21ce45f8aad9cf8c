"""Inspection (台账体检): the checks of the ledger, one module for each area, all listed in `checks`."""
