"""The texts of rules that a ledger has adopted, and the JSON that it keeps of what was read in them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

from bbcs.domain.pack import (
    NUMBER_KEYS,
    Accountability,
    CallbackRule,
    Clock,
    ExtensionRule,
    Fact,
    RegisterLayout,
    RulePack,
    Scale,
    Threshold,
    Word,
)
from bbcs.errors import PackInvalid, StoreUnreachable
from bbcs.record import Record, record_of

if TYPE_CHECKING:
    from bbcs.domain.items import Item

PACK, ITEMS = "pack", "items"
"""What a text of rules is."""


class AdoptedText(Record):
    """A text that came into force with an entry of the ledger.

    what: PACK or ITEMS. key, edition: of a pack. seq: the entry, 0 or less for an edition of a home
    that is older than such entries. parsed: what was read in the text, as JSON; "" where it was
    read by another version of the program, `raw` then holds the text itself.
    """

    what: str
    key: str
    edition: str
    seq: int
    sha256: str
    parsed: str
    raw: bytes = b""


class Rules:
    """The adopted texts, each read when it is first asked for.

    read: digest -> JSON of the texts that had to be read anew, for the next transaction to keep.
    """

    __slots__ = ("_items", "_packs", "read", "texts")

    def __init__(self, texts: Sequence[AdoptedText] = ()) -> None:
        self.texts = tuple(texts)
        self.read: dict[str, str] = {}
        self._packs: dict[str, RulePack] = {}
        self._items: Mapping[str, Item] | None = None

    @property
    def editions(self) -> list[AdoptedText]:
        """Every adoption of a pack, in order."""
        return [one for one in self.texts if one.what == PACK]

    @property
    def in_force(self) -> AdoptedText | None:
        """The pack that was adopted last."""
        return self.at(None)

    def at(self, seq: int | None) -> AdoptedText | None:
        """The pack that was in force after entry `seq`; None for now."""
        adopted = [one for one in self.editions if seq is None or one.seq <= seq]
        return adopted[-1] if adopted else None

    def edition(self, key: str, edition: str) -> AdoptedText | None:
        """The text of one edition; edition "" is the first that was adopted under this key."""
        fitting = (one for one in self.editions if one.key == key)
        return next((one for one in fitting if edition in ("", one.edition)), None)

    def pack(self, key: str, edition: str) -> RulePack:
        """The rules of an edition. Raises StoreUnreachable for one that was never adopted."""
        text = self.edition(key, edition)
        if text is None:
            raise StoreUnreachable(
                f"台账里没有规则包 {key} 第 {edition} 版；请先 bbcs ledger verify，再从备份取回台账"
            )
        return self.pack_of(text)

    def pack_of(self, text: AdoptedText) -> RulePack:
        """The rules in a text."""
        if text.sha256 not in self._packs:
            self._packs[text.sha256] = self._read_pack(text)
        return self._packs[text.sha256]

    def _read_pack(self, text: AdoptedText) -> RulePack:
        if text.parsed:
            return revived(text.parsed)
        if not text.raw:
            raise lost(f"规则包 {text.key} 第 {text.edition} 版", text.seq)
        pack = read(f"{text.key}@{text.edition}.toml", text.raw)
        self.read[text.sha256] = parsed(pack)
        return pack

    def check_edition(self, pack: RulePack, digest: str) -> None:
        """Raises PackInvalid when other rules were adopted under the same edition.

        Cases judged by those must not be judged anew.
        """
        known = self.edition(pack.key, pack.edition)
        if pack.edition and known and known.sha256 != digest:
            what = f"第 {pack.edition} 版早已采用过，内容不同；请把 edition 改成新的版次"
            raise PackInvalid(pack.key, [what])

    @property
    def catalogue(self) -> AdoptedText | None:
        """The text of the catalogue of items, None where none was loaded."""
        return next((one for one in reversed(self.texts) if one.what == ITEMS), None)

    @property
    def items(self) -> Mapping[str, Item]:
        """The catalogue of service items by name, empty where none was loaded."""
        text = self.catalogue
        if text is None:
            return {}
        if self._items is None:
            from bbcs.config import items  # nobody pays for it who has no catalogue

            if text.parsed:
                loaded = items.revived(text.parsed)
            elif text.raw:
                loaded = items.read(items.FILE, text.raw)
                self.read[text.sha256] = items.parsed(loaded)
            else:
                raise lost("事项目录", text.seq)
            self._items = {one.item: one for one in loaded}
        return self._items


def form_of(what: str) -> str:
    """The shape of the JSON that this version of the program keeps of such a text."""
    if what == PACK:
        return FORM
    from bbcs.config import items

    return items.FORM


def parsed_of(what: str, raw: bytes) -> str:
    """What is read in a text, as JSON. Raises PackInvalid."""
    if what == PACK:
        return parsed(read("rules.toml", raw))
    from bbcs.config import items

    return items.parsed(items.read(items.FILE, raw))


def lost(name: str, seq: int) -> StoreUnreachable:
    """The refusal where the ledger names a text that it does not hold."""
    return StoreUnreachable(
        f"台账第 {seq} 条采用的{name}，文本不在台账里；请用备份恢复（见 bbcs ledger verify）"
    )


# -- the JSON of a pack ----------------------------------------------------------------------------

_KINDS = (
    RulePack, Word, Clock, Threshold, ExtensionRule, CallbackRule, RegisterLayout, Accountability, Fact, Scale,
)  # fmt: skip
_SHAPE = f"5 {[kind._fields for kind in _KINDS]} {[*NUMBER_KEYS]}".encode()
"""The shape of the JSON; its number rises when the checks change."""

FORM = f"pack {crc32(_SHAPE):08x}"
"""Names the shape of the JSON of a pack."""


def read(name: str, raw: bytes) -> RulePack:
    """The rules in a text that was adopted: checked then, and not judged anew by stricter checks.

    Refused where it cannot be read.
    """
    from bbcs.config import files, schema

    pack, findings = schema.read_pack(Path(name), raw, judged=False)
    files.refuse(Path(name), findings)
    return pack


def parsed(pack: RulePack) -> str:
    """A pack as JSON; `revived` reads it."""
    from bbcs.config import files

    return files.as_json(pack)


def revived(text: str) -> RulePack:
    """The pack that `parsed` wrote."""
    return _revived(json.loads(text))


def _revived(row: list[Any]) -> RulePack:
    raw = RulePack(*row)
    return raw._replace(
        in_force_from=raw.in_force_from and date.fromisoformat(str(raw.in_force_from)),
        sources=tuple(raw.sources),
        words={
            axis: {key: record_of(Word, word) for key, word in words.items()}
            for axis, words in raw.words.items()
        },
        clocks=tuple(_revived_clock(clock) for clock in raw.clocks),
        extension=ExtensionRule(*raw.extension),
        callback=CallbackRule(*raw.callback),
        registers={name: _revived_register(*register) for name, register in raw.registers.items()},
        accountability=tuple(record_of(Accountability, item) for item in raw.accountability),
        facts=tuple(Fact(*fact) for fact in raw.facts),
        score=Scale(*raw.score),
        tiers=Scale(*raw.tiers),
        proposed=tuple(raw.proposed),
    )


def _revived_clock(row: Sequence[Any]) -> Clock:
    clock = Clock(*row)
    return clock._replace(
        start=tuple(clock.start),
        stop=tuple(clock.stop),
        warnings=tuple(Threshold(*warning) for warning in clock.warnings),
    )


def _revived_register(name: str, title: str, columns: Sequence[Sequence[str]]) -> RegisterLayout:
    return RegisterLayout(name, title, tuple((column, header) for column, header in columns))
