"""The files of a case, as its entries name them; the files themselves are kept by
`bbcs.store.attachments`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from bbcs.domain.event import Event
from bbcs.domain.masking import ERASED
from bbcs.record import Record


class Attachment(Record):
    """A file of the case: the name under which it is fetched, its title, digest and day."""

    name: str
    title: str
    sha256: str
    at: datetime


def attachments(events: Sequence[Event]) -> list[Attachment]:
    """The files, with the minutes of the meetings, in the order in which they came.

    events: the entries that count (`corrections.effective`).
    """
    return [*_attachments(events)]


def meant(text: str, attachments: Sequence[Attachment]) -> list[Attachment]:
    """The files that a name, a title or the beginning of a digest (8 characters or more) may mean.

    The same file under the same name counts once.
    """
    named = [one for one in attachments if text in (one.name, one.title)]
    if not named and len(text) >= _DIGEST:
        named = [one for one in attachments if one.sha256.startswith(text)]
    return list({one.sha256: one for one in named}.values())


_DIGEST = 8
"""Characters of a digest that tell one file of a case from the others."""


def _attachments(events: Sequence[Event]) -> Iterator[Attachment]:
    for event in events:
        fields = event.data
        if event.kind == "Attached" and fields.get("sha256"):
            name = fields.get("name") or f"{ERASED}{fields['sha256'][:12]}"
            title = fields.get("title") or ""
            yield Attachment(name, title, fields["sha256"], event.at)
        elif event.kind == "Convened" and fields.get("minutes_sha256"):
            meeting = fields.get("meeting", "").rsplit("-", 1)[-1]
            yield Attachment(f"{meeting}纪要", "会议纪要", fields["minutes_sha256"], event.at)
