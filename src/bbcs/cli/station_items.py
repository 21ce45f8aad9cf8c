"""`bbcs station items`: the catalogue of service items of this office (items.csv)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from bbcs.cli import context, output
from bbcs.cli.options import Argument, CommandDefinition, Values, flag
from bbcs.cli.prompts import confirm
from bbcs.cli.settings import Settings, at_terminal
from bbcs.config import items
from bbcs.domain.items import COLUMNS, Item
from bbcs.errors import StoreUnreachable, listed
from bbcs.render.terminal import talk
from bbcs.usecases.catalogue import ItemsChange, changes, load_items
from bbcs.usecases.item_knowledge import knowledge, waived
from bbcs.views import item_page
from bbcs.views.station_changes import loaded_items


def _check(settings: Settings, values: Values) -> None:
    if not values["file"]:
        output.findings(settings, [], f"载入的事项目录没有问题，{len(_own(settings))} 项")
        return
    path = Path(values["file"])
    findings = items.problems_of(path)
    text = ""
    if not findings:
        text = f"{path.name} 没有问题，{len(items.load(path))} 项"
    output.findings(settings, findings, text)


def _own(settings: Settings) -> Mapping[str, Item]:
    """The catalogue in force: as the ledger holds it, checked when it was loaded."""
    rules = context.rules(settings.folder)
    if rules.catalogue is None:
        raise StoreUnreachable(
            f"还没有事项目录；先写一份 CSV（首行 {','.join(COLUMNS.values())}），再 bbcs station items load 文件"
        )
    return rules.items


def _show(settings: Settings, values: Values) -> None:
    office = context.office(settings)
    catalogue, name = _own(settings), values["item"]
    if name:
        page = context.read_long(office, lambda ledger: knowledge(ledger, office, name))
        answer = item_page.document_of(page, list(catalogue.values()))
        output.answer(settings, answer, "\n".join(item_page.knowledge_lines(page)), name)
        return
    every, today = list(catalogue.values()), office.stamp.now.date()
    waivers = context.read(office, lambda ledger: waived(ledger, catalogue, today))
    lines = [item_page.line(one, waivers.get(one.item, ())) for one in every]
    lines += ["", *item_page.shrink_lines(every)]
    document = item_page.document(every, every, waivers)
    output.answer(settings, document, "\n".join(lines), "\n".join(catalogue))


def _load(settings: Settings, values: Values) -> None:
    office, source = context.office(settings), Path(values["file"])
    change = changes(office, items.load(source))
    agreed = values["yes"] or (change.empties and _agrees(len(change.gone)))
    loaded = load_items(
        office, context.transaction(office), source, agreed=agreed, dry_run=values["dry_run"]
    )
    done = "会载入" if values["dry_run"] else "已载入"
    lines = [f"{done}事项目录：{change.number} 项", *_changed(change, first=not office.items)]
    output.answer(settings, loaded_items(loaded), "\n".join(lines), str(change.number))
    if unknown := loaded.unknown_units:
        talk(
            f"bbcs: 提醒：事项目录里有 {len(unknown)} 个单位不在名册里：{listed(unknown)}；"
            "请改目录，或 bbcs station unit add"
        )


def _agrees(number: int) -> bool:
    """Whether somebody at a terminal consents to an empty catalogue; nobody does without one."""
    if not at_terminal():
        return False

    return confirm(f"这份目录一项也没有，会清空现有的 {number} 项，仍要载入吗")


def _changed(change: ItemsChange, *, first: bool) -> Iterator[str]:
    """What a catalogue changes, a line for each kind of change; nothing of the first one."""
    if first:
        return
    if change.added:
        yield f"新增 {len(change.added)} 项：{listed(change.added)}"
    if change.gone:
        yield f"去掉 {len(change.gone)} 项：{listed(change.gone)}"
    if change.changed:
        named = [
            f"{name}（{'、'.join(COLUMNS[column] for column in columns)}）"
            for name, columns in change.changed.items()
        ]
        yield f"改动 {len(named)} 项：{listed(named)}"
    if not (change.added or change.gone or change.changed):
        yield "和在用的那一份没有不同"


ITEMS: Mapping[str, CommandDefinition] = {
    "check": CommandDefinition(
        "检查事项目录，一次列出全部问题（有问题退出码 1）",
        _check,
        arguments=(Argument("file", "文件", "CSV 文件（默认已载入的那一份）", ""),),
        examples=("bbcs station items check 事项.csv",),
    ),
    "show": CommandDefinition(
        "看事项目录和时限压缩的两种算法；写事项名称就看它的知识页：材料、时限、前置、免予提供，"
        "以往为何办不成、不予受理，通常怎么办成",
        _show,
        arguments=(Argument("item", "事项", "事项名称（默认全部）", ""),),
        examples=("bbcs station items show", "bbcs station items show 诊所执业备案"),
    ),
    "load": CommandDefinition(
        "载入事项目录：检查后存进数据目录，记入台账，说出改了哪些",
        _load,
        (
            flag("yes", "会清空现有目录也载入，不再问"),
            flag("dry_run", "只看会改哪些，不载入"),
        ),
        (Argument("file", "文件", "CSV：事项,单位,法定时限,承诺时限,材料,前置"),),
        ("bbcs station items load 事项.csv", "bbcs station items load 事项.csv --dry-run"),
    ),
}
