"""Inspection (台账体检): what an inspector finds in the ledger. Pure; one module per area, all of them listed in `table`."""
