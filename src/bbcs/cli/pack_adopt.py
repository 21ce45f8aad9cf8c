"""`bbcs pack adopt`: a rule pack comes into force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bbcs.cli import context, output
from bbcs.cli.options import Values
from bbcs.cli.settings import Settings
from bbcs.usecases.editions import adopt_pack
from bbcs.views.pack_changes import lines
from bbcs.views.station_changes import adoption


def run(settings: Settings, values: Values) -> None:
    """Adopt the pack that was named, or read the office's own again."""
    office, dry_run = context.office(settings), bool(values["dry_run"])
    done = adopt_pack(office, context.transaction(office), values["file"], dry_run=dry_run)
    document = adoption(done, office.pack, dry_run=dry_run)
    output.answer(
        settings,
        document,
        "\n".join(_lines(document, lines(office.pack, done.pack) if dry_run else [], dry_run)),
        f"{done.pack.key}@{done.pack.edition}",
    )


def _lines(document: Mapping[str, Any], changes: list[str], dry_run: bool) -> list[str]:
    pack = f"{document['pack']} 第 {document['edition']} 版"
    if document["existing"]:
        return [f"{pack}正在用，没有改动"]
    text = f"采用 {pack}（此前 {document['before']}）"
    if document["open"]:
        text += f"；没了结的 {document['open']} 件仍按受理时的版次"
    if not dry_run:
        return [f"已{text}"]
    return [f"（演练，没有写入）将{text}", *(f"  {one}" for one in changes or ["规则内容没有不同"])]
