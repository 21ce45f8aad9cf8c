"""`bbcs station items`: the catalogue of service items of this office (items.csv)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bbcs.cli import context, output
from bbcs.cli.options import Argument, CommandDefinition, Values
from bbcs.cli.settings import Settings
from bbcs.config import items
from bbcs.domain.items import COLUMNS, Item, Shrink, limit_shrink
from bbcs.errors import LISTED, StoreUnreachable, UnknownWord
from bbcs.render.terminal import talk
from bbcs.usecases.stations import load_items
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
    catalogue = _own(settings)
    if values["item"] and values["item"] not in catalogue:
        raise UnknownWord("事项", values["item"], list(catalogue))
    chosen = list(catalogue.values())
    if values["item"]:
        chosen = [catalogue[values["item"]]]
    shrunk = limit_shrink(catalogue.values())
    document = {
        "schema": "bbcs.items/1",
        "items": [one._asdict() for one in chosen],
        "limit_shrink": [_share(one) for one in shrunk],
    }
    lines = [_line(one) for one in chosen]
    if not values["item"]:
        lines += ["", *(_shrink_line(one) for one in shrunk)]
    output.answer(settings, document, "\n".join(lines), "\n".join(one.item for one in chosen))


def _line(one: Item) -> str:
    limits = [
        f"{label} {limit} 个工作日"
        for label, limit in (("法定", one.statutory_limit), ("承诺", one.promised_limit))
        if limit is not None
    ]
    parts = [one.item, one.unit, *limits]
    if one.papers:
        parts.append(f"材料 {'、'.join(one.papers)}")
    if one.prerequisites:
        parts.append(f"前置 {'、'.join(one.prerequisites)}")
    return "  ".join(part for part in parts if part)


def _share(one: Shrink) -> dict[str, Any]:
    value = None
    if one.value is not None:
        value = float(one.value)
    return {
        "name": one.name,
        "label": one.label,
        "numerator": float(one.numerator),
        "denominator": one.denominator,
        "value": value,
    }


def _shrink_line(one: Shrink) -> str:
    """A rate with its numerator and denominator, as every rate is shown."""
    if one.value is None:
        return f"时限压缩（{one.label}）：—"
    parts = f"{float(one.numerator):g}/{one.denominator}"
    return f"时限压缩（{one.label}）：{float(one.value) * 100:.2f}%（{parts}）"


def _load(settings: Settings, values: Values) -> None:
    where = context.office(settings)
    loaded = load_items(where, context.transaction(where), Path(values["file"]))
    text = f"已载入事项目录：{loaded.number} 项"
    output.answer(settings, loaded_items(loaded), text, str(loaded.number))
    if unknown := loaded.unknown_units:
        shown = "、".join(unknown[:LISTED])
        if len(unknown) > LISTED:
            shown += "……"
        talk(
            f"bbcs: 提醒：事项目录里有 {len(unknown)} 个单位不在名册里：{shown}；"
            "请改目录，或 bbcs station unit add"
        )


ITEMS: Mapping[str, CommandDefinition] = {
    "check": CommandDefinition(
        "检查事项目录，一次列出全部问题（有问题退出码 1）",
        _check,
        arguments=(Argument("file", "文件", "CSV 文件（默认已载入的那一份）", ""),),
        examples=("bbcs station items check 事项.csv",),
    ),
    "show": CommandDefinition(
        "看事项目录，或其中一项；末尾是时限压缩的两种算法",
        _show,
        arguments=(Argument("item", "事项", "事项名称（默认全部）", ""),),
        examples=("bbcs station items show", "bbcs station items show 诊所执业备案"),
    ),
    "load": CommandDefinition(
        "载入事项目录：检查后存进数据目录，记入台账",
        _load,
        arguments=(Argument("file", "文件", "CSV：事项,单位,法定时限,承诺时限,材料,前置"),),
        examples=("bbcs station items load 事项.csv",),
    ),
}
