"""Finds and reads the files of rule packs, and keeps copies of the adopted editions in a home."""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bbcs.config import files, schema, toml
from bbcs.config.home_files import read_bytes
from bbcs.domain.pack import RulePack
from bbcs.errors import UnknownPlace

if TYPE_CHECKING:
    from bbcs.findings import Finding


SHIPPED = Path(__file__).parents[1] / "data" / "packs"
EDITIONS = Path("packs", "editions")
"""Folder of a home for copies of the adopted editions."""


def find(place: str, home: Path | None = None) -> Path:
    """The file of `place`, by key or by the place's name.

    Looks in the home's `packs/` first, then in the shipped ones. It is what can be adopted, not
    what is in force: that is in the ledger.
    """
    # A longer name is no file name.
    if len(place) <= 60 and place.replace("-", "").replace("_", "").isalnum():
        for folder in _folders(home):
            path = folder / f"{place}.toml"
            if path.is_file():
                return path
    known = places(home)
    for _, name, path in known:
        if place and place in (name, _head(path).get("place")):
            return path
    raise UnknownPlace(place, [key for key, _, _ in known])


def places(home: Path | None = None) -> list[tuple[str, str, Path]]:
    """Every available pack as (key, name, file).

    A pack in the home hides the shipped one of the same key.
    """
    by_key = {
        path.stem: path for folder in reversed(_folders(home)) for path in folder.glob("*.toml")
    }
    return [(key, str(_head(path).get("name", key)), path) for key, path in sorted(by_key.items())]


def pack(place: str, home: Path | None = None) -> RulePack:
    """The rules in the file of `place`, whole or not at all; refused with all its problems."""
    return load(find(place, home))


def load(path: Path) -> RulePack:
    """The rules in one file; refused with all its problems."""
    pack, findings = schema.read_pack(path, read_bytes(path))
    files.refuse(path, findings)
    return pack


def read(name: str, raw: bytes) -> RulePack:
    """The rules in a text, which refusals call `name`; refused with all its problems."""
    pack, findings = schema.read_pack(Path(name), raw)
    files.refuse(Path(name), findings)
    return pack


def edition_file(home: Path, key: str, edition: str) -> Path:
    """Where a home keeps a copy of an adopted edition; what no file name may hold is written as
    %XX.
    """
    name = "@".join(
        "".join(one if one.isalnum() or one in "-_." else f"%{ord(one):02X}" for one in part)
        for part in (key, edition)
    )
    if len(name) > 60:  # file systems stop at 255 bytes
        name = f"{name[:40]}-{sha256(name.encode()).hexdigest()[:12]}"
    return home / EDITIONS / f"{name}.toml"


def copy_edition(home: Path, pack: RulePack, raw: bytes) -> Path:
    """Writes the copy of an edition, for people to read; one that is there stays as it is.

    The rules in force are those of the ledger; `doctor` and `verify` name a copy that differs.
    """
    path = edition_file(home, pack.key, pack.edition)
    if not path.is_file():
        with suppress(OSError):  # the write says what is wrong
            path.parent.mkdir(mode=0o700, exist_ok=True)
        files.write_whole(path, raw)
    return path


def problems_in(name: str, raw: bytes) -> list[Finding]:
    """Every defect of a text of rules, which is called `name`, each with its line."""
    return schema.read_pack(Path(name), raw)[1]


def show(name: str, raw: bytes) -> list[tuple[str, str, int]]:
    """Every value of a TOML text as (dotted key, text, line); `name` is for its refusal."""
    document, broken = toml.parse(name, raw)
    files.refuse(Path(name), broken)
    known = toml.lines(raw, document)
    return [(key, _text(value), toml.line_of(known, key)) for key, value in toml.flat(document)]


def _folders(home: Path | None) -> list[Path]:
    return [home / "packs", SHIPPED] if home else [SHIPPED]


def _head(path: Path) -> dict[str, Any]:
    """The `[pack]` table of a file that may be broken."""
    head = toml.parse(path.name, read_bytes(path))[0].get("pack", {})
    return head if isinstance(head, dict) else {}


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(
            "=".join(map(str, item)) if isinstance(item, list) else _text(item) for item in value
        )
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)
