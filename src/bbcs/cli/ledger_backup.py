"""`bbcs ledger backup|restore`."""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from bbcs.cli import context, output
from bbcs.cli.input_files import standard_input
from bbcs.cli.options import Argument, CommandDefinition, Values, flag
from bbcs.cli.settings import Settings, at_terminal
from bbcs.config import station_file
from bbcs.config.home_files import BACKUPS, STATION
from bbcs.domain.acts import Field
from bbcs.domain.station import is_code
from bbcs.errors import BadValue, BbcsError, MissingInput, StoreUnreachable, UsageError
from bbcs.render.terminal import talk
from bbcs.store.backup import log
from bbcs.store.backup.restore import restore
from bbcs.store.backup.take import take
from bbcs.usecases.filters import positive
from bbcs.usecases.office import need

_SHORTEST = 8
"""Characters of a passphrase, bytes of a key file."""

_LOST = (
    "备份用口令（或密钥文件）加密：口令丢了，这份备份就再也打不开，谁也找不回来。"
    "请写在纸上，与备份分开锁好。"
)


def _backup(settings: Settings, values: Values) -> None:
    office = context.office(settings, stored=False)
    need(office, "备份台账", "admin")
    folder = Path(values["to"] or office.home / BACKUPS)
    keep = 0
    if values["keep"] is not None:
        keep = positive("--keep（留几份备份）", values["keep"])
    if values["plain"] and values["key"]:
        raise UsageError("--plain 和 --key 只能写一个")
    first = log.last(office.home) is None
    passphrase = b""
    if not values["plain"]:
        _outside(values["key"], office.home)
        passphrase = _new_passphrase(values["key"], first=first)
    now = office.stamp.now
    taken = take(office.home, now, passphrase, folder, keep, context.NOTIFY)
    log.record(office.home, taken, office.stamp.actor, now)
    head = taken.restored.head
    for one in taken.restored.reminders:
        talk(f"bbcs: 提醒：{one.where} {one.what}；{one.hint}")
    lines = [
        f"备份成功：{taken.file}",
        f"已恢复到临时目录核验：{taken.restored.entries} 条，{head.last_entry}",
    ]
    if taken.removed:
        lines.append(f"已删去较旧的备份 {len(taken.removed)} 份")
    if not taken.encrypted:
        lines.append("没有加密（已记入 log/backups.ndjson）：能读到这个文件的人，就能读到全部内容")
    output.answer(settings, taken.document(), "\n".join(lines), str(taken.file))


def _outside(key: str | None, home: Path) -> None:
    """Raises BadValue for a key file that would be lost together with the home."""
    if key and key != "-" and Path(key).resolve().is_relative_to(home.resolve()):
        raise BadValue("密钥文件不能放在数据目录里：数据目录坏了，备份就打不开；请放到别处")


def _new_passphrase(key: str | None, *, first: bool) -> bytes:
    """The passphrase of a new backup: from a key file, else typed twice."""
    if key:
        if first:
            talk(f"bbcs: {_LOST}")
        return _key(key)
    if not at_terminal():
        raise MissingInput(["--key（密钥文件）或 --plain（不加密）"], asked=["key", "plain"])
    talk(_LOST)
    typed = _typed("备份口令（不显示）：")
    if len(typed) < _SHORTEST:
        raise BadValue(f"口令至少 {_SHORTEST} 个字；没有备份")
    if _typed("再输入一次：") != typed:
        raise BadValue("两次输入的口令不同；没有备份")
    return typed.encode()


def _old_passphrase(key: str | None) -> bytes:
    """The passphrase of an encrypted backup."""
    if key:
        return _key(key)
    if not at_terminal():
        raise MissingInput(["--key（备份时用的密钥文件；- 为标准输入里的口令）"])
    return _typed("备份口令（不显示）：").encode()


def _key(path: str) -> bytes:
    """The bytes of a key file; of the first line of standard input for `-`."""
    if path == "-":
        raw = standard_input().readline().rstrip(b"\r\n")
    else:
        try:
            raw = Path(path).read_bytes()
        except FileNotFoundError:
            raise StoreUnreachable(f"没有密钥文件 {path}；请检查路径") from None
        except OSError:
            raise StoreUnreachable(f"读不了密钥文件 {path}；请检查权限") from None
    if len(raw) < _SHORTEST:
        raise BadValue(f"口令或密钥文件太短，至少 {_SHORTEST} 个字节")
    return raw


def _typed(prompt: str) -> str:
    return getpass.getpass(prompt)


def _restore(settings: Settings, values: Values) -> None:
    if not values["to"]:
        raise MissingInput(["--to（新的数据目录）"])
    file, home = Path(values["file"]), Path(values["to"])
    station = values["station"] or _code_of(settings.folder)
    if not is_code(station or "XX"):
        raise BadValue("--station 应为 2 到 12 位大写字母或数字，如 ZY01")
    restored = restore(file, lambda: _old_passphrase(values["key"]), home, station)
    created = datetime.fromisoformat(restored.manifest["created_at"])
    text = (
        f"恢复成功：{home}（站 {restored.station}，{created:%Y-%m-%d %H:%M} 的备份）\n"
        f"核验通过：{restored.entries} 条，{restored.head.last_entry}"
    )
    hint = f"下一步：bbcs --home {home} ledger verify --full；备份之后办的件，请对照纸质台账补录"
    output.answer(settings, restored.document(home), text, str(home), hint)


def _code_of(home: Path) -> str:
    """The station's code of a home in use; "" where there is none, or its file cannot be read."""
    if not (home / STATION).is_file():
        return ""
    try:
        return station_file.read(home).code
    except BbcsError:
        return ""


WORDS: Mapping[str, CommandDefinition] = {
    "backup": CommandDefinition(
        "备份整个数据目录成一个文件，恢复到临时目录核验过才算成功（不必停下办件）",
        _backup,
        (
            Field("to", "备份放在哪个目录（默认数据目录里的 backups；最好是另一块盘）", "folder"),
            Field("keep", "这个目录里本站的备份只留最新的几份", "int"),
            Field("key", "用这个密钥文件加密（- 为标准输入里的口令）；不写就提示输入口令", "file"),
            flag("plain", "不加密（会记下来）"),
        ),
        examples=(
            "bbcs ledger backup",
            "bbcs ledger backup --to /media/usb --keep 30 --key /etc/bbcs/backup.key",
        ),
    ),
    "restore": CommandDefinition(
        "把备份恢复成一个新的数据目录，核验过才算成功；从不盖在已有的台账上",
        _restore,
        (
            Field("to", "新的数据目录（不存在或空的）", "new_home", required=True),
            Field("key", "备份时用的密钥文件（- 为标准输入里的口令）；不写就提示输入口令", "file"),
            Field("station", "备份应属于哪个站（默认现用数据目录的站码）"),
        ),
        (Argument("file", "备份文件", "bbcs ledger backup 做成的文件"),),
        examples=(
            "bbcs ledger restore bbcs-ZY01-20261201T180000-86.bbcs-backup --to /var/lib/bbcs-2",
        ),
    ),
}
