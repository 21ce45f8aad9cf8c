"""Documents of a county: its stations, and the figures of all of them."""

from __future__ import annotations

from bbcs.domain.desk import GROUPS
from bbcs.domain.rates import RATES
from bbcs.registers.county_month import COUNTED, SETTLED
from bbcs.views.schemas.cases import ELSEWHERE
from bbcs.views.schemas.reports import AS_OF, CONSULTED, PERIOD
from bbcs.views.schemas.shapes import (
    BOOL,
    DAY,
    HASH,
    INT,
    NUMBER,
    TEXT,
    TIME,
    joined,
    many,
    maybe,
    meaning,
    record,
)

STATIONS = record(
    {
        "stations": many(
            record(
                {
                    "station": TEXT,
                    "name": TEXT,
                    "parent": maybe(TEXT),
                    "entries": meaning(INT, "记录条数"),
                    "last_at": meaning(maybe(TIME), "末条是何时写的"),
                    "head": maybe(HASH),
                    "open": meaning(INT, "没了结的件数"),
                    "overdue": meaning(INT, "现在超期的件数"),
                    "gaps": meaning(INT, "件的编号缺几个"),
                    "moved_to": meaning(maybe(TEXT), "台账搬到哪里去了；没有搬为 null"),
                    "arriving_from": meaning(
                        maybe(TEXT), "台账还在那里用，搬到这里没有搬完；搬完了、没有搬为 null"
                    ),
                    "behind": meaning(BOOL, "升级后那里还没有打开过，数还没有重算"),
                }
            )
        )
    }
)
_SHARE = record(
    {
        "numerator": INT,
        "denominator": INT,
        "value": maybe(NUMBER),
        "text": TEXT,
    }
)
_RATE = joined(
    _SHARE,
    {
        "bent": meaning(INT, "分子里靠补录、设定时间或更正的"),
        "without": meaning(maybe(_SHARE), "不计剔除、终止的件"),
    },
)
_FIGURES = {
    "counts": meaning(record(dict.fromkeys(COUNTED, INT)), "同 report monthly 的 counts"),
    "consultations": CONSULTED,
    "settled": meaning(_SHARE, f"{SETTLED}：办结÷（上期结转＋本期受理登记＋重办）"),
}
_RANKED = {
    **_FIGURES,
    "rank": meaning(maybe(INT), "名次；件太少为 null"),
    "tier": meaning(maybe(TEXT), "档次；规则包没有 [tiers] 或件太少为 null"),
}
MONTH = record(
    {
        "period": PERIOD,
        "stations": many(
            record(
                {
                    "station": TEXT,
                    "name": TEXT,
                    "township": TEXT,
                    "as_of": meaning(AS_OF, "数的时候那个站的末条"),
                    **_RANKED,
                }
            )
        ),
        "townships": many(
            record({"township": TEXT, "name": TEXT, "stations": many(TEXT), **_RANKED})
        ),
        **_FIGURES,
        "elsewhere": ELSEWHERE,
        "identity_holds": BOOL,
    },
    {"practice": BOOL},
)
_GROUPS = meaning(record(dict.fromkeys(GROUPS, INT)), "各组几件")
TODO = record(
    {
        "day": DAY,
        "stations": many(record({"station": TEXT, "name": TEXT, "groups": _GROUPS})),
        "elsewhere": ELSEWHERE,
        "groups": _GROUPS,
    }
)
_RATES = meaning(
    record({}, {one.name: meaning(_RATE, one.label) for one in RATES.values()}),
    "各种率，同 report kpi 的 rates；合起来的是分子、分母各自的和",
)
KPI = record(
    {
        "period": PERIOD,
        "places": INT,
        "rounding": TEXT,
        "stations": many(
            record(
                {"station": TEXT, "name": TEXT, "township": TEXT, "as_of": AS_OF, "rates": _RATES}
            )
        ),
        "townships": many(
            record({"township": TEXT, "name": TEXT, "stations": many(TEXT), "rates": _RATES})
        ),
        "elsewhere": ELSEWHERE,
        "rates": many(
            joined(_RATE, {"name": TEXT, "label": TEXT, "of": meaning(TEXT, "分母数的是什么")})
        ),
    },
    {"practice": BOOL},
)
