"""Writes docs/reference/*.md from the code and refreshes the console blocks of the pages. `--check` names what is stale."""

from __future__ import annotations

import argparse
import inspect
import io
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from importlib import import_module
from pathlib import Path

import documents as shapes
from console import refreshed
from meanings import (
    CLOCK_USE,
    FIELD_TYPES,
    IDLE,
    KEY_TYPES,
    PACK_KEYS,
    PACK_TABLES,
    STATION_KEYS,
    STATION_TABLES,
)

from bbcs import errors
from bbcs.cli import run
from bbcs.cli.chinese import ChineseGroup
from bbcs.cli.help_topics import EXIT_CODES, FIELDS, crib
from bbcs.cli.registry import SECTIONS, commands as registered
from bbcs.cli.settings import GLOBAL_HELP
from bbcs.config import packs, schema
from bbcs.config.toml import Schema
from bbcs.domain import inputs
from bbcs.domain.acts import COMMON, Act, Field
from bbcs.domain.acts.table import ACTS, BY_VERB, KINDS, LEDGER_WIDE, NOUNS
from bbcs.domain.case import LIFE, PHASES
from bbcs.domain.clocks import PACK_CLOCKS
from bbcs.domain.deadline_status import CLOCK_NAMES
from bbcs.domain.decide import ending, handling, request, steering
from bbcs.domain.pack import (
    AT_INTAKE,
    AXES,
    COLUMN_SYNONYMS,
    COLUMNS,
    GATES,
    UNITS,
    Clock,
    RulePack,
    Word,
)
from bbcs.domain.rates import RATES
from bbcs.inspection.checks import CHECKS, GRADES
from bbcs.registers import monthly
from bbcs.registers.counting import PARTS
from bbcs.views.rows import COLUMNS as LISTED, DEFAULT as SHOWN

ROOT = Path(__file__).parents[1]
NOTE = "<!-- 由 docs/generate.py 生成，改代码后执行 make docs，不要手改 -->"

Rows = Iterable[Sequence[object]]


def table(head: Sequence[str], rows: Rows) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += [
        "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in row) + " |"
        for row in rows
    ]
    return "\n".join(lines)


def code(text: object) -> str:
    """`text`, or nothing for nothing."""
    return f"`{text}`" if text not in ("", None) else ""


def yes(on: bool) -> str:
    """是, or nothing."""
    return "是" if on else ""


def codes(texts: Iterable[object]) -> str:
    """Several of them."""
    return " ".join(map(code, texts))


def page(title: str, *parts: str) -> str:
    """A whole page."""
    return "\n\n".join([f"# {title}", NOTE, *parts]) + "\n"


# -- commands ------------------------------------------------------------------------------------------------------


def paths() -> Iterator[tuple[str, ...]]:
    """Every command as the words that are typed: ("report", "monthly")."""
    for word, entry in registered().items():
        yield from _below((word,), import_module(f"bbcs.cli.{entry.module}").command(word))


def _below(path: tuple[str, ...], command: object) -> Iterator[tuple[str, ...]]:
    if not isinstance(command, ChineseGroup):
        yield path
        return
    for name in command.list_commands(None):  # type: ignore[arg-type]
        yield from _below((*path, name), command.get_command(None, name))  # type: ignore[attr-defined]


def help_of(path: Sequence[str]) -> str:
    """What `--help` says, without the global options."""
    screen = io.StringIO()
    with redirect_stdout(screen):
        run([*path, "--help"])
    return screen.getvalue().partition("全局选项")[0].rstrip()


def commands() -> str:
    """reference/commands.md."""
    parts = [
        "每个命令也可以用中文名来叫。编号可写简号：当天第 7 件写 `0007`。`bbcs 命令 --help` 看到的就是下面这些。"
    ]
    parts.append(
        "## 全局选项\n\n写在命令前后都行。\n\n"
        + table(("选项", "意思"), ((code(name), said) for name, said in GLOBAL_HELP))
    )
    for section in SECTIONS:
        parts.append(f"## {section}")
        for path in (path for path in paths() if registered()[path[0]].section == section):
            alias = registered()[path[0]].alias
            parts.append(
                f"### `bbcs {' '.join(path)}`\n\n中文名：{' '.join([alias, *path[1:]])}\n\n```text\n{help_of(path)}\n```"
            )
    return page("命令", *parts)


# -- acts and events -----------------------------------------------------------------------------------------------


def acts() -> str:
    """reference/acts.md."""
    life = table(
        ("环节", "存的键", "之后可以做什么"),
        ((said, code(phase), _may(phase)) for phase, said in PHASES.items()),
    )
    return page(
        "动作和环节",
        "一件事只能照这张表往下走；规则包的门槛可以再收紧，不能放宽，也不能加环节。",
        f"## 环节\n\n{life}",
        "## 动作\n\n键是 `--from` 里 JSON 的键；选项栏空着的，命令行上不收。"
        "“个人”的内容存在可以删除的部分，“公开”的进链，“只输入”的不存。词表的词见 [words.md](words.md)。\n\n"
        "必填栏只写处处必填的。此外：收件不匿名就要有 `reporter`，`decision` 是 `refuse` 就要有 `refusal_reason`；"
        "回访打通了就要有 `solved` 和 `grade`；非正常结案要 `approver` 和 `reason`；有的词要依据和救济途径；规则包的门槛还可以再要。",
        *(_act(act) for act in ACTS),
        f"## 各动作共有的键\n\n{_fields(COMMON)}",
    )


def _may(phase: str) -> str:
    return "、".join(f"{BY_VERB[verb].alias} `{verb}`" for verb in LIFE[phase]) or "（到此为止）"


def _act(act: Act) -> str:
    facts = f"{act.help}。\n\n写进台账：{codes(act.kinds)}；可以做的角色：{codes(act.roles)}。"
    fields = [field for field in act.fields if not field.stamped]
    return f"### `{act.verb}` {act.alias}\n\n{facts}\n\n" + (
        _fields(fields) if fields else "没有自己的键。"
    )


def _fields(fields: Iterable[Field]) -> str:
    head = ("键", "选项", "必填", "默认", "内容", "存为", "意思")
    rows = (
        [code(f.name), code(f.flag), yes(f.required), _default(f), _content(f), _kept(f), f.help]
        for f in fields
    )
    return table(head, rows)


def _default(field: Field) -> str:
    return "" if field.default in (None, False) else code(field.default)


def _content(field: Field) -> str:
    more = (
        f"（{AXES[field.axis]}）"
        if field.axis
        else (f"：{codes(field.choices)}" if field.choices else "")
    )
    limit = f"，至多 {field.limit} 字" if field.type in ("text", "texts") else ""
    return f"{FIELD_TYPES[field.type]}{more}{limit}"


def _kept(field: Field) -> str:
    return "只输入" if field.kinds == ("",) else ("个人" if field.personal else "公开")


def events() -> str:
    """reference/events.md."""
    parts = [
        "台账里每条记录是一个事件。“公开”的键在记录里，受链保护；“个人”的键在旁边可以删除的部分，链里只有它的承诺值"
        "（见 [evidence.md](../evidence.md)）。`at` 是发生的时间，`recorded_at` 是写下的时间。"
    ]
    for kind, fields in KINDS.items():
        free = any(act.free and kind in act.kinds for act in ACTS)
        where = (
            "不属于哪一件"
            if kind in LEDGER_WIDE
            else "属于一件，也可以不属于哪一件"
            if free
            else "属于一件"
        )
        verbs = codes(act.verb for act in ACTS if kind in act.kinds) or "（由程序自己记）"
        rows = (
            [code(f.name), _kept(f), _content(f), f.help + ("（由程序填）" if f.stamped else "")]
            for f in fields
        )
        body = table(("键", "存为", "内容", "意思"), rows)
        parts.append(f"## `{kind}` {NOUNS[kind]}\n\n{where}；来自 {verbs}。\n\n{body}")
    return page("事件", *parts)


# -- exit codes, fields, rates -------------------------------------------------------------------------------------


def refusals() -> list[type[errors.BbcsError]]:
    """Every refusal, by its number."""
    found = [
        one
        for _, one in inspect.getmembers(errors, inspect.isclass)
        if issubclass(one, errors.BbcsError)
    ]
    return sorted(found, key=lambda one: one.code)


def exit_codes() -> str:
    """reference/exit-codes.md."""
    rows = (
        (
            code(one.code),
            one.exit_code,
            code(one.__name__),
            inspect.cleandoc(one.__doc__ or "").splitlines()[0],
        )
        for one in refusals()
    )
    return page(
        "退出码",
        "加 `--json` 时，拒绝的原因是标准错误上的一个 `bbcs.error/1` 对象，里面有编号、退出码、中文说明和可以怎么做（`allowed`）。",
        table(("退出码", "什么时候"), ((number, said) for number, said in EXIT_CODES.items())),
        "## 每一种拒绝",
        table(("编号", "退出码", "Python 里的类", "Meaning"), rows),
    )


def fields() -> str:
    """reference/fields.md."""
    listed = ((code(column.name), column.label) for column in LISTED.values())
    return page(
        "字段",
        "## JSON 里的键\n\n`show`、`list` 和每个动作的 `--json` 都用这些键；个人信息是遮盖过的。\n\n"
        + table(("键", "意思"), ((code(name), said) for name, said in FIELDS.items())),
        f"## `list --columns` 可以写的列\n\n前 {len(SHOWN)} 列是默认的。\n\n"
        + table(("列", "表头"), listed),
    )


def rates() -> str:
    """reference/rates.md."""
    counted = ((code(name), said) for name, said in monthly.COUNTS.items())
    shown = (
        (
            one.label,
            code(one.name),
            yes(bool(one.monthly)),
            one.hits,
            one.of,
            one.source,
        )
        for one in RATES.values()
    )
    return page(
        "月报和考核指标的计数和比率",
        "## 计数\n\n前七个构成平衡式，每个单位和合计都要成立，不成立就不出报表（退出码 32）：\n\n"
        "上期结转 + 本期受理登记 + 重办 = 办结 + 不予受理 + 转出 + 结转下期\n\n"
        + table(("键", "意思"), counted),
        "## 比率\n\n每个比率都带分子和分母；分母是 0 就写“—”。`case_nos` 是分母里没进分子的件。“办结”一律指 `Resolved`，不是结案。\n\n"
        "按时办结率和办结率：分母里只要还有没办结的件，就不印 100%，而印 99.99%；分子分母照实写在后面。\n\n"
        "领导用 `bbcs exclude` 剔除出某项比率的件、按“终止”办结的件，不从比率里悄悄拿掉：两种都印，后一种不计它们"
        "（`without`），件列在 `excluded_nos`、`terminated_nos`。剔除不论何时决定，都算在那一件所在的期间里。\n\n"
        + table(("比率", "键", "月报里有", "分子", "分母", "口径出处"), shown),
        "`report kpi` 印出上面全部的率，`report monthly` 只印标“是”的。`--places` 定小数位数，`--rounding truncate` 不进位。"
        "比上期：计数说增减百分之几，率说差几个百分点；上期没有分母的写“—”。",
        "## 考核指标的分类计数\n\n"
        + table(("键", "意思"), ((code(name), said) for name, said in PARTS.items())),
        "规则包 `[[facts]]` 的数字标“给定”印在旁边：是公布的，不是数出来的，不参与计算。",
    )


def checks() -> str:
    """reference/checks.md."""
    rows = ((code(number), GRADES[check.grade], check.title) for number, check in CHECKS.items())
    return page(
        "体检的编号",
        "`bbcs check` 查的每一项。发现里写着编号、等级、件、哪里不对、怎么办；有发现退出码 1，没有是 0，什么都不写。"
        "“办结”一律指 `Resolved`，“结案”指 `Closed`。",
        table(("编号", "等级", "查什么"), rows),
        "几次、几天、几件是 bbcs 拟定的，不是哪里的规定。编号（C01）、月度平衡（C18）、比率（C19）、轮值（C25）总是看整本台账；"
        "其余的看 `--from`、`--to` 之间受理的件。",
    )


# -- rule packs ----------------------------------------------------------------------------------------------------


def pack() -> str:
    """reference/pack.md."""
    parts = [
        "一个地方一个 TOML 文件，放在数据目录的 `packs/`，文件名就是 `key`。不认识的键一律不收；`bbcs pack check 文件` 一次列出全部问题。"
        "没有条件、没有表达式、没有继承。",
        *_schema(schema.PACK, PACK_TABLES, PACK_KEYS),
        "## 词的类别（axis）\n\n" + table(("axis", "意思"), _pairs(AXES)),
        "## 门槛（gates）\n\n写 `true` 就开。\n\n" + table(("门槛", "开着时"), map(_gate, GATES)),
        "## 时限（clock 的 name）\n\n"
        + table(("name", "意思"), ((code(name), CLOCK_USE[name]) for name in PACK_CLOCKS)),
        "## 时限的单位（unit）\n\n" + table(("unit", "意思"), _pairs(UNITS)),
        "## 评分和档次\n\n`[score]` 的键是比率，值是它占的分，合计 100；`[tiers]` 的键是档次的名称，值是从几分起，从高到低，"
        "最后一档是 0。可用的比率：" + "、".join(code(name) for name in RATES) + "。",
        "## 登记簿的列\n\n" + table(("列", "通常的表头"), _pairs(COLUMNS)),
        "这些别名也认："
        + "、".join(f"`{name}` = `{column}`" for name, column in COLUMN_SYNONYMS.items())
        + "。",
        "# 站点文件 station.toml",
        *_schema(schema.STATION, STATION_TABLES, STATION_KEYS),
    ]
    return page("规则包和站点文件", *parts)


def _gate(name: str) -> tuple[str, str]:
    """A gate and what it does; one that no rule of the domain asks about says so."""
    judges = (request, handling, steering, ending, inputs)
    asked = name in AT_INTAKE or any(
        re.search(rf'gate\((case, ask, )?"{name}"\)', inspect.getsource(module))
        for module in judges
    )
    return code(name), GATES[name] + ("" if asked else IDLE)


def _pairs(known: Mapping[str, str]) -> Rows:
    return ((code(name), said) for name, said in known.items())


def _schema(
    form: Mapping[str, Schema], titles: Mapping[str, str], known: Mapping[str, Mapping[str, str]]
) -> list[str]:
    found = []
    for name, keys in form.items():
        rows = (
            [code(key), KEY_TYPES[kind.rstrip("!")], yes(kind.endswith("!")), known[name][key]]
            for key, kind in keys.items()
        )
        found.append(f"## {titles[name]}\n\n" + table(("键", "类型", "必有", "意思"), rows))
    return found


def words() -> str:
    """reference/words.md."""
    default = packs.pack("default")
    parts = [
        "默认规则包 `default` 的词。它们是 bbcs 拟定的，不是国家或哪个地方的规定；每个地方的规则包有自己的词。"
        "键、中文和别名都可以输入，存的是键。"
    ]
    for axis, known in default.words.items():
        rows = (
            [code(word.key), word.label, "、".join(word.aliases), "；".join(_traits(word))]
            for word in known.values()
        )
        parts.append(f"## {AXES[axis]} `{axis}`\n\n" + table(("键", "中文", "别名", "特性"), rows))
    return page("默认规则包的词", *parts)


def crib_sheet() -> str:
    """reference/crib-sheet.md."""
    return page("速查（一页）", f"命令行里：`bbcs help 速查`。\n\n```text\n{crib()}```")


def _traits(word: Word) -> Iterator[str]:
    if word.counts_as:
        yield f"计为{monthly.COUNTS[word.counts_as]}"
    yield from (
        f"{said} {value}"
        for said, value in (("由", word.who), ("当", word.trigger), ("分值", word.value))
        if value
    )
    marks = (
        ("须写依据", word.needs_basis),
        ("须写去处", word.remedy),
        ("满意", word.satisfied),
        ("差评", word.bad),
    )
    yield from (said for said, on in marks if on)


# -- places --------------------------------------------------------------------------------------------------------

VALUES = re.compile(r"(<!-- values:(\w+) -->\n).*?(?=<!-- /values -->)", flags=re.DOTALL)


def values(text: str) -> str:
    """The page of a place with the table of its rule pack's values as the pack has them now."""
    return VALUES.sub(
        lambda match: f"{match[1]}\n{table(('项', '值', '出处'), place_rows(match[2]))}\n\n", text
    )


def place_rows(place: str) -> Iterator[tuple[str, str, str]]:
    """Clocks, extension, callback, gates and counting of a rule pack; what its source does not say is marked."""
    rules = packs.pack(place)
    for clock in rules.clocks:
        of = "、".join(_fact(rules, *pair) for pair in clock.for_.items())
        yield (
            f"{CLOCK_NAMES[clock.name]}时限{'：' + of if of else ''}",
            clock.limit_text + _from_due(clock),
            _said(clock.source, clock.proposed),
        )
    more = rules.extension
    span = (
        f"{code(more.mode)}，最多 {more.days} 个工作日，{more.max_count} 次"
        if more.mode != "none"
        else "不延期"
    )
    yield "延期", span, _said(more.source, more.proposed)
    call = rules.callback
    if call.share < 100:
        yield "回访比例", f"{call.share}%，抽签", _said(call.source, call.proposed)
    for gate, said in GATES.items():
        if rules.gate(gate):
            yield (
                f"门槛：{said}",
                "开",
                "拟定" if f"gates.{gate}" in rules.proposed else rules.gates_source,
            )
    yield "工作日怎么数", code(rules.day_rule), _said("", "pack.day_rule" in rules.proposed)
    yield (
        "施行日",
        str(rules.in_force_from or "—"),
        _said("", "pack.in_force_from" in rules.proposed),
    )


def _from_due(clock: Clock) -> str:
    """That it is counted from the due date of another clock."""
    if not clock.source_clock:
        return ""
    return f"，从{CLOCK_NAMES[clock.source_clock]}时限的到期日起"


ORDER_NAMES = {
    "lead": "主办（领单）",
    "assist": "协办（拼单）",
    "relay": "转派（接单）",
    "whistle": "吹哨",
}
"""Role or way of an order -> what people call it."""


def _fact(rules: RulePack, key: str, value: str) -> str:
    if key == "round":
        return {"1": "第一轮"}.get(value, "重办")
    return ORDER_NAMES.get(value, value) if key == "order" else rules.label(key, value)


def _said(source: str, proposed: bool) -> str:
    return f"拟定{'；' + source if source else ''}" if proposed else source


# -- all of it -----------------------------------------------------------------------------------------------------


def documents() -> str:
    """reference/documents.md."""
    parts = [
        "加 `--json` 的回答，每份都有 `schema` 写明是哪一种；逐行的（NDJSON）每行也有。没有的值是 `null`，日期是 `2026-10-10`，"
        "时间是 `2026-10-10T09:10:00+08:00`。下面的键，不写“可以没有”的，每次都在。“[]”是列表里的每一个，“.*”是对象里的每一个。\n\n"
        "JSON Schema（2020-12）：`bbcs help schema` 列出，`bbcs help schema case` 打印一份；办法 `--from` 的输入是 `bbcs help schema input/triage`。"
    ]
    for name, given_by, forms in shapes.sections():
        parts.append(f"## `{name}`\n\n{given_by}")
        for title, rows in forms:
            keys = table(
                ("键", "内容", "意思"), ((code(path), kind, said) for path, kind, said in rows)
            )
            above = f"{title}：\n\n" if title else ""
            parts.append(f"{above}{keys if rows else '键由列决定。'}")
    return page("JSON 文档", *parts)


PAGES: Mapping[str, Callable[[], str]] = {
    "commands": commands,
    "acts": acts,
    "events": events,
    "exit-codes": exit_codes,
    "fields": fields,
    "documents": documents,
    "rates": rates,
    "checks": checks,
    "pack": pack,
    "words": words,
    "crib-sheet": crib_sheet,
}
"""Page of the reference -> how it is made."""


def written() -> list[Path]:
    """The pages people write."""
    docs = ROOT / "docs"
    return [ROOT / "README.md", *sorted([*docs.glob("*.md"), *docs.glob("places/*.md")])]


def fresh() -> dict[Path, str]:
    """Every file this program answers for -> what it should hold now."""
    made = {ROOT / "docs" / "reference" / f"{name}.md": make() for name, make in PAGES.items()}
    return made | {path: values(refreshed(path.read_text(encoding="utf-8"))) for path in written()}


def stale() -> dict[Path, str]:
    """Those whose text differs -> what it should be."""
    return {
        path: text
        for path, text in fresh().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    }


def main() -> int:
    """Write what is stale, or with --check only name it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 when a page is stale"
    )
    check = parser.parse_args().check
    found = stale()
    for path, text in found.items():
        print(f"{'stale' if check else 'written'}: {path.relative_to(ROOT)}")
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return 1 if check and found else 0


if __name__ == "__main__":
    sys.exit(main())
