"""Turns what psycopg raises into a refusal: no SQL, no value, and what would work."""

from __future__ import annotations

from typing import Any

from bbcs.errors import (
    BadValue,
    BbcsError,
    DiskFull,
    LedgerBroken,
    LedgerConflict,
    LedgerLocked,
    NotALedger,
    StoreUnreachable,
)

_LOCKED = ("55P03", "40001", "40P01", "57014")
"""Lock not available, serialization failure, deadlock, statement cancelled."""

_NO_RIGHT, _NO_TABLE, _NO_NAMESPACE, _READ_ONLY = "42501", "42P01", "3F000", "25006"
_UNIQUE, _CHECK, _DISK_FULL, _TOO_MANY, _NO_TEXT = "23505", "23514", "53100", "53300", "22021"
_CORRUPT = ("XX001", "XX002")

_REFUSED_LOGIN = {
    "password authentication failed": "密码不对",
    "no password supplied": "没有给密码",
    "pg_hba.conf": "服务器不接受这台电脑或这个角色（pg_hba.conf）",
    "not permitted to log in": "这个角色不许登录",
    'role "': "没有这个角色",
    'database "': "没有这个数据库",
    "definition of service": "服务文件里没有这个名字",
}
"""What libpq says when a server refuses a login -> what people read."""


def refusal(error: Exception, where: str, who: str = "本站的角色") -> BbcsError:
    """Returns the refusal that stands for an error. where: the database, as messages name it. who:
    whose rights are needed.
    """
    code = str(getattr(error, "sqlstate", None) or "")
    if code in _LOCKED:
        return LedgerLocked("台账一直被别的程序占用；什么都没有写，请稍后再试")
    if code in (_NO_TABLE, _NO_NAMESPACE):
        return NotALedger(
            f"数据库 {where} 里没有 bbcs 的表，或不全，或{who}看不到；"
            "请数据库管理员执行 bbcs county init"
        )
    if code == _NO_RIGHT:
        return StoreUnreachable(
            f"在数据库 {where} 里，登录的角色权限不够；请用{who}连接，"
            "或请数据库管理员再执行一次 bbcs county init"
        )
    if code == _READ_ONLY:
        return StoreUnreachable(f"{where} 是只读的副本，不能写；请把 store 改成主库的地址")
    if code == _DISK_FULL:
        return DiskFull(f"数据库 {where} 的磁盘已满，什么都没有写；请管理员清出空间后再试")
    if code in _CORRUPT:
        return LedgerBroken(f"数据库 {where} 的文件已损坏；请不要再写，用最近的备份恢复")
    if not code and type(error).__name__ == "DataError":  # the driver itself refuses a NUL
        return _constraint(error, _NO_TEXT)
    if code[:2] == "23" or code == _NO_TEXT or code[:2] == "BB":
        return _constraint(error, code)
    return _lost(error, code, where, who)


def _constraint(error: Exception, code: str) -> BbcsError:
    about: Any = getattr(error, "diag", None)
    if code == _CHECK:
        return BadValue(f"值不合台账的规定（{getattr(about, 'constraint_name', '')}）")
    if code == _NO_TEXT:
        return BadValue("值里有不能存的字符")
    if code == _UNIQUE and "source_no" in str(getattr(about, "constraint_name", "")):
        return LedgerConflict("同一来源、同一编号的件已经登记过")
    return LedgerConflict("别人先写了一步，台账没有改动；请重新查看后再办")


def _lost(error: Exception, code: str, where: str, who: str) -> BbcsError:
    """No connection, or one that ended."""
    if code == _TOO_MANY:
        return StoreUnreachable(f"数据库 {where} 的连接已满；什么都没有写，请稍后再试")
    if code and code[:2] not in ("08", "57", "28", "3D"):
        return StoreUnreachable(f"数据库 {where} 出错（{code}），什么都没有写；请管理员看一看")
    text = str(error)
    for words, why in _REFUSED_LOGIN.items():
        if words in text:
            return StoreUnreachable(
                f"登录不了数据库 {where}：{why}；要用{who}登录，"
                "请检查 store 的地址、服务器上的角色和密码文件"
            )
    return StoreUnreachable(
        f"连不上数据库 {where}，或连接断了；这一步没有写入，请检查服务器、网络和"
        " station.toml 的 store，再试一次"
    )


def lost_in_commit(where: str) -> StoreUnreachable:
    """The connection ended while it committed: nobody can say from here whether it did."""
    return StoreUnreachable(
        f"与数据库 {where} 的连接在提交时断了，不知道记下了没有；请先查看这件或清单，没有再办一次"
    )
