"""What `bbcs list` may be asked for: which cases, which columns, which format."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from bbcs.cli import options, output
from bbcs.cli.options import Values, flag
from bbcs.cli.settings import Settings
from bbcs.domain.acts import Field
from bbcs.domain.case import FLAGS
from bbcs.errors import MissingInput, UsageError
from bbcs.render.formats import PAGES, TABLES
from bbcs.usecases.filters import SORTS, one_of, wanted
from bbcs.usecases.ledger import Filter
from bbcs.usecases.office import Office
from bbcs.views import rows

ON_SCREEN = 50
"""Cases listed on a terminal when nobody says how many."""

FILTERS: tuple[Field, ...] = (
    Field("phase", "环节，可多次", "words"),
    flag("overdue", "只列超期的"),
    Field("due_before", "到期早于这天", "date"),
    Field("due", "这天到期（可写 今天、下周三、+5工作日）", "date"),
    Field(
        "unit",
        "主办或协办单位，已了结但还欠督办单答复、议定事项的也列；加 --format 文档或表格文件就是交给它的清单",
        "unit",
    ),
    Field("channel", "反映渠道", "word"),
    Field("kind", "诉求类型", "word"),
    Field("difficulty", "难易程度", "word"),
    Field("cause", "办不成原因", "word"),
    Field("received_from", "受理日不早于", "date"),
    Field("received_to", "受理日不晚于", "date"),
    Field("resolved_from", "办结日不早于", "date"),
    Field("resolved_to", "办结日不晚于", "date"),
    Field("handler", "承办人"),
    Field("flag", f"标记，可多次：{'、'.join(FLAGS.values())}", "words"),
    Field("group", "并案组"),
    flag("gaps", "只列容缺还欠材料的"),
    flag("provisional", "只列到期日是暂定的"),
    flag("callback_due", "只列待回访的"),
    Field("source", "来自哪个系统（登记时写的来源）"),
    Field("source_no", "原编号"),
    Field("limit", "最多几件（终端上默认 50）", "int"),
    Field("after", "接着这一件往下列"),
    Field("sort", f"排序：{' '.join(SORTS)}"),
    flag("open", "只列没了结的（默认）：没结案的，和结案后还等着什么的"),
    flag("all", "连已了结的也列出"),
)

SHAPE = (
    Field("columns", "列名，用逗号分开（见 bbcs help fields）"),
    Field("format", f"格式：{' '.join(TABLES)}"),
    Field("out", "写到这个文件（xlsx 必须给）；与 --by-unit 同用时是目录", "output"),
    flag("by_unit", "每个单位一份交办清单，写到 --out 目录"),
    options.STATION,
    flag("yes", "文件已有也覆盖，不再问"),
)


def wanted_of(values: Values, office: Office, limit: int | None) -> Filter:
    """The filter of the options; dates may be written as people write them."""
    inputs = {field.name: values[field.name] for field in FILTERS if values[field.name]}
    dates = [field.name for field in FILTERS if field.type == "date" and field.name in inputs]
    if dates:
        from bbcs.cli.dates import PAST, resolve_for

        inputs |= {
            name: resolve_for(
                inputs[name], office, name if name in PAST else "filter", option=_option(name)
            )
            for name in dates
        }
    return wanted(inputs, office, limit)


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def format_of(settings: Settings, values: Values) -> str:
    """The format that was named, else the one that the file's name says, else that of the home."""
    out = values["out"] or ""
    usual = Path(out).suffix.lstrip(".") or settings.preferred("format") or "table"
    if values["by_unit"]:
        usual = "xlsx"
    fmt = one_of("--format", values["format"] or usual, TABLES)
    if fmt == "xlsx" and not out:
        raise MissingInput(["--out（写到哪个 xlsx 文件）"])
    if out and not values["by_unit"]:
        output.refuse_other_name(fmt, Path(out))
    if values["by_unit"]:
        if values["unit"]:
            raise UsageError("--unit 和 --by-unit 只用一样")
        one_of("--format（--by-unit 的格式）", fmt, PAGES)
    return fmt


def columns_of(values: Values, fmt: str) -> tuple[str, ...]:
    """The columns, or for programs the keys, that were asked for; () for the usual ones."""
    columns = tuple(name.strip() for name in (values["columns"] or "").split(",") if name.strip())
    known: Iterable[str] = rows.COLUMNS
    if columns and fmt in ("json", "ndjson"):
        from bbcs.views.schemas.cases import ROW  # only where a program asks for keys

        known = ROW
    for name in columns:
        one_of("--columns", name, known)
    return columns
