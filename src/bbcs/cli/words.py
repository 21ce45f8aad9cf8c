"""Words that can be typed: those of the pack by axis (`bbcs help words`), and what a refusal or a help line says of a field's."""

from __future__ import annotations

from typing import Any

from bbcs.cli.settings import Settings
from bbcs.config import packs
from bbcs.domain.acts.fields import Act, Field
from bbcs.domain.inputs import all_fields, short_help
from bbcs.domain.pack import AXES, RulePack
from bbcs.errors import LISTED, MissingInput, ReasonMissing


def rows(settings: Settings) -> list[dict[str, Any]]:
    """Every word of the rules of the home, of the default ones where there is no home."""
    return [
        {"axis": axis, "name": word.key, "meaning": word.label, "aliases": list(word.aliases)}
        for axis in AXES
        for word in _pack(settings).words.get(axis, {}).values()
    ]


def lines(found: list[dict[str, Any]]) -> list[str]:
    """The same for people: an axis, its words below it."""
    said: list[str] = []
    for axis in dict.fromkeys(row["axis"] for row in found):
        said += ["", f"{AXES[axis]}（{axis}）："]
        for row in (one for one in found if one["axis"] == axis):
            also = f"  也可写：{'、'.join(row['aliases'])}" if row["aliases"] else ""
            said.append(f"  {row['meaning']}  {row['name']}{also}")
    return said[1:]


def _pack(settings: Settings) -> RulePack:
    if not (settings.folder / "station.toml").is_file():
        return packs.pack("default")
    station = packs.station(settings.folder)
    return packs.pack(station.pack, settings.folder, station.edition)


def possible(field: Field, pack: RulePack) -> str:
    """What can be written for a field of words: `简单、复杂、超出本级`; "" for any other field."""
    labels = [word.label for word in pack.words.get(field.axis, {}).values()] if field.axis else []
    labels = labels or [field.choice_text(choice) for choice in field.choices]
    more = "……见 bbcs help words" if len(labels) > LISTED else ""
    return "、".join(labels[:LISTED]) + more


def explain(lacking: MissingInput | ReasonMissing, act: Act, pack: RulePack) -> None:
    """Add to a refusal for want of words which words there are."""
    fields = [field for field in all_fields(act) if field.name in lacking.asked]
    words = [(field, can) for field in fields if (can := possible(field, pack))]
    named = [
        f"{short_help(field) if len(lacking.asked) > 1 else ''}可写：{can}" for field, can in words
    ]
    lacking.message += "".join(f"；{one}" for one in named)
