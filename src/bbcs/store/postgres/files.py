"""Attachments of a station on PostgreSQL: in the database, in pieces, by their SHA-256."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from bbcs.store.attachments import PIECE, FileDraft, lost, pieces_of
from bbcs.store.postgres import dialect

if TYPE_CHECKING:
    from bbcs.store.postgres.session import PostgresSession


class DatabaseFiles:
    """The files of one station; implements `attachments.Files`."""

    def __init__(self, session: PostgresSession) -> None:
        self._session = session

    def holds(self, digest: str) -> bool:
        """Whether the file with this digest is there."""
        return self._session.one(dialect.HOLDS_FILE, sha256=digest) is not None

    def digests(self) -> Sequence[str]:
        """Of all files that are there, sorted."""
        return [digest for (digest,) in self._session.all(dialect.ALL_FILES)]

    def keep(self, one: FileDraft) -> None:
        """Stores a draft in this transaction; nothing where the same bytes are kept already."""
        with one.path.open("rb") as source:
            self.put(one.digest, pieces_of(source))

    def put(self, digest: str, pieces: Iterator[bytes]) -> None:
        """Stores a file that is given in pieces of `PIECE` bytes."""
        if self.holds(digest):
            return
        for number, data in enumerate(pieces):
            assert len(data) <= PIECE
            self._session.execute(dialect.PUT_PIECE, sha256=digest, number=number, data=data)

    def pieces(self, digest: str) -> Iterator[bytes]:
        """Gives the bytes of a file in pieces. Raises StoreUnreachable for one that is not there."""
        if not self.holds(digest):
            raise lost(digest)
        rows = self._session.stream(dialect.PIECES, sha256=digest)
        try:
            for (data,) in rows:
                yield data
        finally:
            self._session.end_stream(rows)
