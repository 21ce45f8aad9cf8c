"""Every document by its name, with what gives it; from these come `help schema` and the reference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bbcs.domain.acts.table import ACTS, BY_VERB
from bbcs.errors import UnknownWord
from bbcs.record import Record
from bbcs.views.schemas import calendar, cases, county, entries, ledger, office, reports
from bbcs.views.schemas.shapes import Shape

INPUT = "input/"
"""Begins the names of what acts take."""

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class DocumentSchema(Record):
    """A document: what gives it, and its keys beside `schema`."""

    given_by: str
    shape: Shape


DOCUMENTS: Mapping[str, DocumentSchema] = {
    name: DocumentSchema(given_by, shape)
    for name, given_by, shape in (
        ("bbcs.case/1", "intake、每个办法、show", cases.CASE),
        ("bbcs.cases/1", "intake --from 的清单、一次办多件", office.CASES),
        ("bbcs.acts/1", "act --from", office.ACTS),
        ("bbcs.list/1", "list", cases.LIST),
        ("bbcs.row/1", "list --format ndjson，一行一件", cases.ROWS["items"]),
        ("bbcs.search/1", "search", cases.SEARCH),
        ("bbcs.found/1", "search --format ndjson，一行一件", cases.FOUND),
        ("bbcs.todo/1", "todo", cases.TODO),
        ("bbcs.deadline/1", "deadline", cases.DEADLINE),
        ("bbcs.dial/1", "callback --dial", cases.DIAL),
        ("bbcs.papers/1", "doc", cases.PAPERS),
        ("bbcs.slip/1", "slip", cases.SLIP),
        ("bbcs.consult/1", "consult", cases.CONSULT),
        ("bbcs.office/1", "不属于哪一件的办法：improve、exempt --scope rule", cases.OFFICE),
        ("bbcs.decisions/1", "exempt --list、improve --list", cases.DECISIONS),
        ("bbcs.change/1", "changes，一行一条记录", entries.CHANGE),
        ("bbcs.caserow/1", "export，一行一件", cases.CASE_ROW),
        ("bbcs.entry/1", "export --entries，一行一条记录", cases.ENTRY_ROW),
        ("bbcs.entries/1", "export --full，整本台账，逐行", entries.FULL_EXPORT),
        ("bbcs.full_export/1", "export --full", ledger.FULL_EXPORT_DONE),
        ("bbcs.full_import/1", "import 一本完整导出", ledger.FULL_IMPORT),
        ("bbcs.import/1", "import", ledger.IMPORT),
        ("bbcs.import_undone/1", "import-undo", ledger.IMPORT_UNDONE),
        ("bbcs.monthly/1", "report monthly", reports.MONTHLY),
        ("bbcs.fill/1", "report fill", reports.FILL),
        ("bbcs.kpi/1", "report kpi", reports.KPI),
        ("bbcs.daily/1", "report daily", reports.DAILY),
        ("bbcs.circular/1", "report circular", reports.CIRCULAR),
        ("bbcs.manifest/1", "report monthly --out 写的清单文件", reports.MANIFEST),
        ("bbcs.table/1", "report register", reports.TABLE),
        ("bbcs.tablerow/1", "report … --format ndjson，一行一行", reports.TABLE_ROW),
        ("bbcs.files/1", "写了文件的命令（--out）", reports.FILES),
        ("bbcs.check/1", "check", office.CHECK),
        ("bbcs.findings/1", "pack check、calendar parse 的问题", office.FINDINGS),
        ("bbcs.doctor/1", "doctor", office.DOCTOR),
        ("bbcs.day/1", "calendar check", calendar.DAY_INFO),
        ("bbcs.due/1", "calendar add", calendar.DUE),
        ("bbcs.workdays/1", "calendar count", calendar.WORKDAYS),
        ("bbcs.year/1", "calendar show", calendar.YEAR),
        ("bbcs.notice/1", "calendar parse", calendar.NOTICE),
        ("bbcs.calendar_import/1", "calendar import", calendar.CALENDAR_IMPORT),
        ("bbcs.diff/1", "calendar diff", calendar.DIFF),
        ("bbcs.audit/1", "calendar audit", calendar.AUDIT),
        ("bbcs.ical/1", "calendar export", calendar.ICAL),
        ("bbcs.station/1", "init", office.STATION),
        ("bbcs.changed/1", "station unit|operator|items、config", office.CHANGED),
        ("bbcs.units/1", "station unit list", office.UNITS),
        ("bbcs.operators/1", "station operator list", office.OPERATORS),
        ("bbcs.duty/1", "station duty", office.DUTY),
        ("bbcs.items/1", "station items show", office.ITEMS),
        ("bbcs.synced/1", "station sync", office.SYNCED),
        ("bbcs.config/1", "config list、config get", office.CONFIG),
        ("bbcs.packs/1", "pack list", office.PACKS),
        ("bbcs.pack/1", "pack show", office.PACK),
        ("bbcs.packdiff/1", "pack diff", office.PACK_DIFF),
        ("bbcs.adopted/1", "pack adopt", office.ADOPTED),
        ("bbcs.confirmed/1", "pack confirm", office.CONFIRMED),
        ("bbcs.packtest/1", "pack test", office.PACK_TEST),
        ("bbcs.verify/1", "ledger verify", ledger.VERIFY),
        ("bbcs.info/1", "ledger info", ledger.INFO),
        ("bbcs.rebuild/1", "ledger rebuild", ledger.REBUILD),
        ("bbcs.backup/1", "ledger backup", ledger.BACKUP),
        ("bbcs.restored/1", "ledger restore", ledger.RESTORED),
        ("bbcs.county_init/1", "county init", office.COUNTY_INIT),
        ("bbcs.county_stations/1", "county stations", county.STATIONS),
        ("bbcs.county_todo/1", "todo --station all", county.TODO),
        ("bbcs.county_kpi/1", "report kpi --station all", county.KPI),
        ("bbcs.county_month/1", "report monthly --station all", county.MONTH),
        ("bbcs.erased/1", "ledger erase", ledger.ERASED),
        ("bbcs.moved/1", "ledger move", ledger.MOVED),
        ("bbcs.error/1", "每个拒绝，在标准错误上", office.ERROR),
        ("bbcs.help/text", "help、--help", office.TEXT_OF_HELP),
        ("bbcs.help/crib", "help 速查", office.TEXT_OF_HELP),
        ("bbcs.help/exit-codes", "help exit-codes", office.ROWS_OF_HELP),
        ("bbcs.help/fields", "help fields", office.ROWS_OF_HELP),
        ("bbcs.help/checks", "help checks", office.ROWS_OF_HELP),
        ("bbcs.help/schemas", "help schema", office.ROWS_OF_HELP),
        ("bbcs.help/words", "help words", office.WORDS),
        ("bbcs.completion/1", "completion", office.COMPLETION),
        ("bbcs.demo/1", "demo", office.DEMO),
        ("bbcs.version/1", "--version", office.VERSION),
    )
}
"""Name (the value of `schema`) -> the document."""


def schema(name: str, meanings: Mapping[str, str] = {}) -> dict[str, Any]:
    """The JSON Schema of a document, or of what `--from` of an act takes.

    name: `bbcs.case/1` or `case`; `input/triage` for what `triage --from` takes, `triage` where no
    document is called so. meanings: of keys, which stand as descriptions. Raises UnknownWord.
    """
    full = next((one for one in (name, f"bbcs.{name}/1", f"bbcs.{name}") if one in DOCUMENTS), "")
    if full:
        shape = _named(DOCUMENTS[full].shape, full)
        title = f"bbcs {DOCUMENTS[full].given_by}"
    else:
        verb = name.removeprefix("bbcs.").removeprefix(INPUT)
        if verb not in BY_VERB:
            raise UnknownWord("文档", name, [short for short, _ in listed()])
        full, shape, title = f"bbcs.{INPUT}{verb}", entries.taken(verb), f"bbcs {verb} --from"
    head: dict[str, Any] = {"$schema": DIALECT, "$id": full, "title": title}
    if _refers(shape):
        head["$defs"] = {entries.DATA: entries.data_by_kind()}
    return {**head, **_described(shape, meanings)}


def _refers(shape: Any) -> bool:
    """Whether it names a definition."""
    if isinstance(shape, list):
        return any(_refers(one) for one in shape)
    return isinstance(shape, Mapping) and ("$ref" in shape or any(map(_refers, shape.values())))


def short_names() -> list[str]:
    """The names of the documents as they may be typed."""
    return [name.removeprefix("bbcs.").removesuffix("/1") for name in DOCUMENTS]


def listed() -> list[tuple[str, str]]:
    """Every name and what gives the document, then what `--from` of each act takes."""
    documents = [
        (short, one.given_by) for short, one in zip(short_names(), DOCUMENTS.values(), strict=True)
    ]
    return [*documents, *((f"{INPUT}{act.verb}", f"{act.verb} --from 的输入") for act in ACTS)]


def _named(shape: Shape, name: str) -> Shape:
    """The shape with its `schema`."""
    key = {"schema": {"const": name}}
    if "oneOf" in shape:
        return {**shape, "oneOf": [_named(one, name) for one in shape["oneOf"]]}
    required = ["schema", *shape.get("required", ())]
    return {**shape, "properties": {**key, **shape.get("properties", {})}, "required": required}


def _described(shape: Any, meanings: Mapping[str, str]) -> Any:
    """The same with a description of each key of a case, and of a row about one."""
    if isinstance(shape, list):
        return [_described(one, meanings) for one in shape]
    if not isinstance(shape, Mapping):
        return shape
    described = {key: _described(value, meanings) for key, value in shape.items()}
    if {"case_no", "phase"} <= described.get("properties", {}).keys():
        described["properties"] = {
            name: {"description": meanings[name], **one} if name in meanings else one
            for name, one in described["properties"].items()
        }
    return described
