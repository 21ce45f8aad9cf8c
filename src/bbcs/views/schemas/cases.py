"""Documents about cases: the case, rows of lists, deadlines, the desk, answers of acts."""

from __future__ import annotations

from collections.abc import Mapping

from bbcs.domain.case import FLAGS, PHASES, SOLVED
from bbcs.domain.custody import PARTIES
from bbcs.domain.deadline_status import CLOCK_NAMES, STATES
from bbcs.domain.desk import GROUPS
from bbcs.views.export import CASE_COLUMNS, EVENT_COLUMNS, OTHER_CLOCKS
from bbcs.views.schemas.entries import DATA, HISTORY, KIND, data, public
from bbcs.views.schemas.shapes import (
    BOOL,
    DAY,
    INT,
    RAW,
    TEXT,
    TIME,
    WHEN,
    Shape,
    joined,
    many,
    maybe,
    meaning,
    record,
    table,
    words,
)

_CASE: Mapping[str, Shape] = {
    "case_no": TEXT,
    "number": maybe(TEXT),
    "version": INT,
    "station": TEXT,
    "phase": words(PHASES),
    "round": INT,
    "flags": many(words(FLAGS)),
    "received_at": TIME,
    "matter": RAW,
    "items": many(TEXT),
    "reporter": RAW,
    "phone": maybe(TEXT),
    "difficulty": maybe(TEXT),
    "cause": many(TEXT),
    "lead_unit": maybe(TEXT),
    "assisting_units": many(TEXT),
    "outcome": maybe(TEXT),
    "solved": maybe(words(SOLVED)),
    "resolved_at": maybe(TIME),
    "callback_at": maybe(TIME),
    "satisfaction": maybe(INT),
    "source_no": maybe(TEXT),
    "pack": maybe(TEXT),
    "pack_edition": maybe(TEXT),
    "bounces": INT,
    "callbacks": record({"tried": INT, "valid": INT}),
    "actions": many(TEXT),
    "next": maybe(TEXT),
}
"""What every document about a case begins with."""

ROW: Mapping[str, Shape] = {
    **_CASE,
    "channel": maybe(TEXT),
    "source": maybe(TEXT),
    "demand": maybe(TEXT),
    "seq": INT,
    "updated_at": TIME,
    "due": maybe(WHEN),
    "state": maybe(words(STATES)),
    "provisional": BOOL,
    "days_left": maybe(INT),
}
"""A row of a list; `list --columns` names its keys."""

ROWS = many(record({}, ROW))
"""Rows of `list`: with --columns they have those keys alone."""

CLOCK = record(
    {
        "name": words(CLOCK_NAMES),
        "round": INT,
        "order": maybe(TEXT),
        "start": DAY,
        "limit": maybe(INT),
        "unit": TEXT,
        "due": maybe(WHEN),
        "state": words(STATES),
        "provisional": BOOL,
        "years": many(INT),
        "assumed": BOOL,
        "met_at": maybe(TIME),
    }
)

_SLIP = record(
    {
        "no": TEXT,
        "kind": TEXT,
        "unit": TEXT,
        "at": TIME,
        "due": maybe(WHEN),
        "colour": maybe(TEXT),
        "answered_at": maybe(TIME),
    }
)

_STANDING = record(
    {
        "level": maybe(TEXT),
        "proposed_level": maybe(record({"level": TEXT, "why": TEXT})),
        "group": maybe(TEXT),
        "papers": many(TEXT),
        "waived": many(TEXT),
        "slips": many(_SLIP),
        "meetings": many(TEXT),
        "proofs": many(record({"item": TEXT, "unit": TEXT, "done_at": maybe(TIME)})),
        "pauses": many(
            record({"reason": TEXT, "at": TIME, "until": maybe(WHEN), "resumed_at": maybe(TIME)})
        ),
        "returns": many(
            record(
                {
                    "unit": TEXT,
                    "asked_at": TIME,
                    "suggest": maybe(TEXT),
                    "state": TEXT,
                    "decided_at": maybe(TIME),
                }
            )
        ),
        "extensions": many(
            record(
                {
                    "state": TEXT,
                    "days": maybe(INT),
                    "until": maybe(DAY),
                    "unit": maybe(TEXT),
                    "told": maybe(DAY),
                }
            )
        ),
        "excluded": many(TEXT),
        "corrections": INT,
    }
)

_STORY: Mapping[str, Shape] = {
    "satisfaction_label": maybe(TEXT),
    "corrected": many(TEXT),
    "bent": many(
        record(
            {
                "way": TEXT,
                "version": INT,
                "kind": KIND,
                "at": TIME,
                "recorded_at": TIME,
                "clock": maybe(words(CLOCK_NAMES)),
                "round": maybe(INT),
                "due": maybe(WHEN),
            }
        )
    ),
    "story": many(
        {
            **record(
                {
                    "case_no": maybe(TEXT),
                    "version": maybe(INT),
                    "at": TIME,
                    "kind": KIND,
                    "data": {"type": "object"},
                    "corrected": many(TEXT),
                }
            ),
            "$ref": f"#/$defs/{DATA}",
        }
    ),
    "links": many(
        record(
            {"direction": words(("to", "from")), "case_no": maybe(TEXT), "at": TIME},
            {name: shape for name, shape in data("Linked").items() if name != "to"},
        )
    ),
    "improvements": many(record({"case_no": maybe(TEXT), "at": TIME}, data("Improved"))),
    "attachments": many(
        record({"name": TEXT, "title": maybe(TEXT), "sha256": TEXT, "size": INT, "at": TIME})
    ),
    "resolutions": many(
        record({"no": TEXT, "text": RAW, "unit": TEXT, "due": maybe(WHEN), "done_at": maybe(TIME)})
    ),
}
"""What `show` adds."""

_REVEALED: Mapping[str, Shape] = {"id_number": TEXT, "address": TEXT, "demand": RAW}
"""What only `show --reveal` adds."""

CASE = record(
    {
        **_CASE,
        "orders": many(
            record(
                {
                    "unit": TEXT,
                    "role": words(("lead", "assist", "relay")),
                    "state": words(("sent", "signed", "returned", "done")),
                    "due": maybe(WHEN),
                    "passed": BOOL,
                    "guard": maybe(TEXT),
                }
            )
        ),
        "gaps": many(record({"paper": TEXT, "due": maybe(TEXT), "filled_at": maybe(TIME)})),
        "standing": _STANDING,
        "clocks": many(CLOCK),
        "possible_duplicates": many(TEXT),
        "existing": BOOL,
    },
    {"differs": many(TEXT), "keys": table(TEXT), **_STORY, **_REVEALED, "history": many(HISTORY)},
)

ELSEWHERE = meaning(many(TEXT), "不在内的站：台账搬走了，或没有搬完；一个站的不写")
LIST = record({"count": INT, "next": maybe(TEXT), "cases": ROWS}, {"elsewhere": ELSEWHERE})
FOUND = joined(record(ROW), {"found": many(TEXT)})
SEARCH = record({"count": INT, "more": BOOL, "cases": many(FOUND)}, {"elsewhere": ELSEWHERE})

TODO = record(
    {
        "day": DAY,
        "duty": maybe(TEXT),
        "groups": many(
            record(
                {
                    "name": words(GROUPS),
                    "count": INT,
                    "cases": many(
                        joined(record(ROW), {"also": many(words(GROUPS)), "remind": many(TEXT)})
                    ),
                }
            )
        ),
    }
)

STEP = record({"day": DAY, "number": maybe(INT), "kind": TEXT, "text": TEXT})

DEADLINE = record(
    {
        "case_no": TEXT,
        "clocks": many(
            joined(
                CLOCK,
                {
                    "source": maybe(TEXT),
                    "proposed": BOOL,
                    "counted_from": maybe(words(CLOCK_NAMES)),
                    "calendar": TEXT,
                    "steps": many(STEP),
                    "moves": many(record({"at": TIME, "notice": TEXT, "old": WHEN, "new": WHEN})),
                },
            )
        ),
        "held": many(
            record(
                {
                    "holder": TEXT,
                    "party": words(PARTIES),
                    "since": TIME,
                    "until": maybe(TIME),
                    "working_days": INT,
                }
            )
        ),
        "days_by_party": record({}, dict.fromkeys(PARTIES, INT)),
    }
)

_KINDS: Mapping[str, Shape] = {"int": INT, "time": TIME, "text": TEXT}
_OTHERS: Mapping[str, Shape] = {
    **dict.fromkeys(("flags", "items", "cause", "assisting_units"), many(TEXT)),
    **dict.fromkeys(("first_late", "late", "provisional", "erased"), maybe(BOOL)),
    **dict.fromkeys(("first_due", "due", *(f"{one}_due" for one in OTHER_CLOCKS)), maybe(WHEN)),
    **dict.fromkeys(("reporter", "matter", "data"), RAW),
}
"""Columns of an export whose values are no texts."""

CASE_ROW = record(
    {one.name: _OTHERS.get(one.name) or maybe(_KINDS[one.kind]) for one in CASE_COLUMNS}
)
ENTRY_ROW = record(
    {one.name: _OTHERS.get(one.name) or maybe(_KINDS[one.kind]) for one in EVENT_COLUMNS}
)

DIAL = record(
    {
        "case_no": TEXT,
        "phone": maybe(TEXT),
        "whose": words(("reporter", "contact")),
        "name": maybe(TEXT),
        "numbers": many(TEXT),
    }
)

PAPERS = record(
    {
        "papers": many(
            record(
                {
                    **dict.fromkeys(("kind", "title", "case_no", "which", "signature"), TEXT),
                    "number": maybe(TEXT),
                    "to": maybe(TEXT),
                    "day": DAY,
                    "facts": many(record({"key": TEXT, "label": TEXT, "text": maybe(TEXT)})),
                    **dict.fromkeys(
                        ("opening", "points", "closing", "receipts", "remarks"), many(RAW)
                    ),
                }
            )
        )
    }
)
SLIP = record({"case_no": TEXT, "text": TEXT})
CONSULT = record({"seq": INT, "visitors": INT, "answered": INT}, {"undone": INT})
OFFICE = record({"seq": INT, "kind": KIND}, {"undone": INT})
_DECISION: Mapping[str, Shape] = {"seq": INT, "at": TIME, "case_no": maybe(TEXT)}
DECISIONS = record(
    {
        "kind": KIND,
        "decisions": many(
            {"anyOf": [record(_DECISION, public(kind)) for kind in ("Exempted", "Improved")]}
        ),
    }
)
