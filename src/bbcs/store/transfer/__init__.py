"""A whole ledger as one file of lines (`bbcs.entries/1`), and a home of such a file again."""
