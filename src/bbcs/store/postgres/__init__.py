"""The PostgreSQL engine: the ledgers of many stations in one database, the station in every key.

Nothing outside this folder imports psycopg.
"""
