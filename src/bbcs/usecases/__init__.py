"""One function per thing a user can ask; defines the Ledger protocol."""
