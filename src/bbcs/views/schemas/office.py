"""Documents of the office: its rosters and rules, what goes wrong, help."""

from __future__ import annotations

from collections.abc import Mapping

from bbcs.views.schemas.cases import CASE, CONSULT, ELSEWHERE, OFFICE
from bbcs.views.schemas.shapes import (
    ANY,
    BOOL,
    DAY,
    FINDING,
    HASH,
    INT,
    NUMBER,
    RAW,
    TEXT,
    Shape,
    form,
    many,
    maybe,
    meaning,
    record,
    table,
)

# -- rosters and rules -----------------------------------------------------------------------------

STATION = record(
    {
        "home": TEXT,
        "station": TEXT,
        "name": TEXT,
        "pack": TEXT,
        "edition": TEXT,
        "operator": TEXT,
    }
)
UNITS = record(
    {
        "units": many(
            record(
                {
                    "code": maybe(TEXT),
                    "name": TEXT,
                    "aliases": many(TEXT),
                    "rep": maybe(TEXT),
                    "phone": maybe(TEXT),
                    "level": maybe(TEXT),
                    "former": many(TEXT),
                }
            )
        )
    }
)
_OPERATOR = record({"id": TEXT, "name": TEXT, "roles": many(TEXT), "os_user": maybe(TEXT)})
OPERATORS = record({"operators": many(_OPERATOR)})
DUTY = record(
    {
        "duty": many(
            record({"day": DAY, "operator": TEXT, "shift": maybe(TEXT), "note": maybe(TEXT)})
        )
    }
)
COUNTY_INIT = record(
    {
        "database": meaning(TEXT, "主机和库名"),
        "applied": meaning(BOOL, "执行了，还是只印出 SQL"),
        "parts": meaning(maybe(INT), "每张表分几区；没有执行为 null"),
        "stations": meaning(maybe(many(TEXT)), "有角色的站"),
        "version": meaning(maybe(TEXT), "PostgreSQL 的版本"),
        "trigrams": meaning(maybe(BOOL), "有没有扩展 pg_trgm"),
        "roles": meaning(many(TEXT), "要设口令的登录角色"),
        "steps": meaning(many(TEXT), "还要由数据库管理员做的"),
        "sql": meaning(maybe(TEXT), "要执行的 SQL；执行过为 null"),
    }
)
_CHANGED: Mapping[str, Shape] = {
    "what": meaning(TEXT, "改了什么"),
    "code": meaning(maybe(TEXT), "哪一个：单位代码、操作员、设置、文件"),
}
CHANGED: Shape = {
    "oneOf": [
        form(
            record(
                _CHANGED,
                {"name": meaning(TEXT, "单位的新名称"), "open": meaning(INT, "用这个单位的未结件")},
            ),
            "单位（station unit），设置（config）",
        ),
        form(
            record(
                {
                    **_CHANGED,
                    "count": meaning(INT, "名册里几个单位"),
                    "added": meaning(many(TEXT), "新增的单位"),
                    "gone": meaning(many(TEXT), "撤下的单位"),
                    "renamed": meaning(
                        many(record({"code": maybe(TEXT), "before": TEXT, "after": TEXT})),
                        "改名的单位",
                    ),
                    "changed": meaning(table(many(TEXT)), "单位：改了的各栏"),
                    "open_cases": meaning(
                        many(record({"unit": TEXT, "count": INT})),
                        "撤下、改名的单位（原来的名称）和写着它的未结件",
                    ),
                    "unused": meaning(many(TEXT), "文件里没有用到的栏"),
                }
            ),
            "单位名册（station unit load）",
        ),
        form(
            record(
                {
                    **_CHANGED,
                    "before": meaning(_OPERATOR, "原来的操作员"),
                    "after": meaning(maybe(_OPERATOR), "现在的；删去了为 null"),
                }
            ),
            "操作员（station operator）",
        ),
        form(
            record(
                {
                    **_CHANGED,
                    "count": meaning(INT, "目录里几个事项"),
                    "added": meaning(many(TEXT), "新增的事项"),
                    "gone": meaning(many(TEXT), "去掉的事项"),
                    "changed": meaning(table(many(TEXT)), "事项：改了的各栏"),
                    "unknown_units": meaning(many(TEXT), "名册里没有的单位"),
                }
            ),
            "事项目录（station items）",
        ),
    ]
}
"""A unit or a setting; a list of units; an operator; the catalogue."""

SYNCED = record({"roster": BOOL, "duty_removed": INT, "duty_added": INT})
CONFIG = record(
    {
        "settings": many(
            record(
                {
                    "key": TEXT,
                    "label": TEXT,
                    "value": maybe(RAW),
                    "origin": TEXT,
                    "by": maybe(TEXT),
                    "change": maybe(TEXT),
                    "source": maybe(TEXT),
                }
            )
        )
    }
)
_WAIVER = record({"paper": TEXT, "effective": DAY, "authority": maybe(TEXT)})
_NUMBERS = table(INT)
"""A word or name -> in how many cases."""

KNOWLEDGE = record(
    {
        "waivers": many(_WAIVER),
        "cases": meaning(INT, "看过的件"),
        "open": meaning(INT, "其中在办"),
        "solved": meaning(INT, "其中办成"),
        "refused": meaning(INT, "其中不予受理"),
        "more": meaning(BOOL, "还有更早的件没有看"),
        "causes": meaning(_NUMBERS, "办不成的原因"),
        "lacking": meaning(_NUMBERS, "常缺的材料"),
        "refusals": meaning(_NUMBERS, "不予受理的理由"),
        "outcomes": meaning(_NUMBERS, "办理结果"),
        "steps": meaning(_NUMBERS, "办成时走过的步骤"),
        "units": meaning(_NUMBERS, "办成的主办单位"),
        "papers": meaning(_NUMBERS, "途中出具的材料"),
        "days": meaning(maybe(INT), "从受理到办结的工作日，取中间的一件"),
        "breakers": meaning(_NUMBERS, "互为前置时先出"),
        "improved": meaning(many(TEXT), "因此改了什么"),
        "ways": meaning(
            many(record({"case_no": TEXT, "outcome": maybe(TEXT), "measures": maybe(RAW)})),
            "最近办成的几件：怎么办成的",
        ),
    }
)
"""What `station items show ITEM` adds."""

ITEMS = record(
    {
        "items": many(
            record(
                {
                    "item": TEXT,
                    "unit": maybe(TEXT),
                    "statutory_limit": maybe(INT),
                    "promised_limit": maybe(INT),
                    "papers": many(TEXT),
                    "prerequisites": many(TEXT),
                    "waived": many(_WAIVER),
                }
            )
        ),
        "limit_shrink": many(
            record(
                {
                    "name": TEXT,
                    "label": TEXT,
                    "numerator": NUMBER,
                    "denominator": INT,
                    "value": maybe(NUMBER),
                }
            )
        ),
    },
    {"knowledge": KNOWLEDGE},
)
PACKS = record(
    {"packs": many(record({"key": TEXT, "name": TEXT, "file": TEXT, "in_force": BOOL}, {"edition": TEXT}))}
)  # fmt: skip
PACK = record({"file": TEXT, "values": many(record({"key": TEXT, "value": RAW, "line": INT}))})
_VALUE = meaning(ANY, "规则包里的值，没有为 null")
_DIFFERENCES = many(record({"key": TEXT, "before": _VALUE, "after": _VALUE}))
PACK_DIFF = record({"differences": _DIFFERENCES})
ADOPTED = record(
    {"pack": TEXT, "edition": TEXT, "place": TEXT, "sha256": HASH, "existing": BOOL},
    {"before": TEXT, "open": INT, "differences": _DIFFERENCES},
)
CONFIRMED = record({"pack": TEXT, "edition": TEXT, "sha256": HASH, "existing": BOOL})
PACK_TEST = record(
    {
        "scenarios": many(
            record(
                {
                    "name": TEXT,
                    "file": TEXT,
                    "story": maybe(RAW),
                    "acts": INT,
                    "findings": many(FINDING),
                }
            )
        ),
        "ok": BOOL,
    }
)

# -- what goes wrong, and help ---------------------------------------------------------------------

_REFUSAL: Mapping[str, Shape] = {
    "code": meaning(TEXT, "哪一种拒绝，不变"),
    "message": meaning(TEXT, "给人看的一句话，会变"),
    "allowed": meaning(many(TEXT), "可以怎么写、怎么办：键和词"),
}
ERROR = record(
    {**_REFUSAL, "exit": meaning(INT, "退出码")},
    {
        "field": meaning(TEXT, "哪个键；说的不是哪一项时不写"),
        "errors": many(
            record(
                {
                    "row": meaning(INT, "清单里第几个，从 1 起"),
                    "field": meaning(maybe(TEXT), "哪个键"),
                    "source_no": meaning(maybe(TEXT), "来源系统里的编号"),
                    **_REFUSAL,
                }
            )
        ),
    },
)
FINDINGS = record({"ok": BOOL, "findings": many(FINDING)})
CHECK = record(
    {
        "findings": many(
            record(
                {
                    "code": TEXT,
                    "case_no": maybe(TEXT),
                    "what": TEXT,
                    "hint": maybe(TEXT),
                    "grade": TEXT,
                },
                {"station": meaning(TEXT, "哪个站；只有 --station all 才写")},
            )
        )
    },
    {"elsewhere": ELSEWHERE},
)
DOCTOR = record(
    {
        "ok": BOOL,
        "checks": many(
            record({"name": TEXT, "ok": BOOL, "what": TEXT, "hint": maybe(TEXT), "reminder": BOOL})
        ),
    }
)


def _as_document(shape: Shape, name: str) -> Shape:
    """A shape that stands as a document of its own in a list."""
    keys = {"schema": {"const": name}, **shape["properties"]}
    return {**shape, "properties": keys, "required": ["schema", *shape["required"]]}


CASES = record({"cases": many(_as_document(CASE, "bbcs.case/1"))})
ACTS = record(
    {
        "acts": many(
            {
                "oneOf": [
                    _as_document(CASE, "bbcs.case/1"),
                    _as_document(CONSULT, "bbcs.consult/1"),
                    _as_document(OFFICE, "bbcs.office/1"),
                ]
            }
        )
    }
)
ROWS_OF_HELP = record({"rows": many(record({"name": TEXT, "meaning": TEXT}))})
WORDS = record(
    {"rows": many(record({"axis": TEXT, "name": TEXT, "meaning": TEXT, "aliases": many(TEXT)}))}
)
TEXT_OF_HELP = record({"text": TEXT})
COMPLETION = record({"shell": TEXT, "script": TEXT})
DEMO = record({"homes": many(TEXT)})
VERSION = record({"version": TEXT})
