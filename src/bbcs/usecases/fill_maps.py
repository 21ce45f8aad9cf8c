"""Remembers in `maps/` how superiors' forms are filled: one file for each form."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bbcs.config import toml
from bbcs.config.files import write_whole
from bbcs.errors import BadValue
from bbcs.ingest.vocabulary import map_document
from bbcs.record import Record


class Remembered(Record):
    """own: what users wrote, cell or label -> name. match: what was filled last time, `1!B5` -> name."""

    own: Mapping[str, str] = {}
    match: Mapping[str, str] = {}


def _path_of(home: Path, shape: str) -> Path:
    """The file of a shape."""
    return home / "maps" / f"fill-{shape}.toml"


def load(home: Path, shape: str) -> Remembered:
    """What is remembered of a shape. Raises BadValue for a file that was spoilt."""
    path = _path_of(home, shape)
    if not path.is_file():
        return Remembered()
    name = f"maps/{path.name}"
    data = map_document(path.read_text(encoding="utf-8"), name)
    own, match = (_texts(data.get(part, {}), name) for part in ("own", "match"))
    return Remembered(own, match)


def keep(home: Path, shape: str, remembered: Remembered) -> None:
    """Remember a shape. Raises OutputNotWritable, DiskFull."""
    path = _path_of(home, shape)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    data = {"own": dict(remembered.own), "match": dict(remembered.match)}
    write_whole(path, toml.dumps(data).encode())


def read_map(text: str, name: str) -> dict[str, str]:
    """A map file of a user: `B5 = "received"`, `"群众满意情况" = "满意率"`. Raises BadValue."""
    return _texts(map_document(text, name), name)


def _texts(part: object, name: str) -> dict[str, str]:
    if not isinstance(part, Mapping) or not all(isinstance(text, str) for text in part.values()):
        raise BadValue(
            f'对照文件 {name} 的每一行应是“单元格或项目 = "计数、比率或栏名"”，如 B5 = "办结"'
        )
    return {str(key): text for key, text in part.items()}
