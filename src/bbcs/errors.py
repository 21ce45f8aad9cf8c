"""Every refusal that crosses a layer, each with its exit code and its `E####` number.

A refusal says in one Chinese line what is wrong and what would work. It never holds a personal
value. Defects that an inspection finds in data are no refusals but values (`Finding`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from errno import EACCES, EDQUOT, EFBIG, EISDIR, ENAMETOOLONG, ENOENT, ENOSPC, ENOTDIR, EPERM
from typing import Any


class BbcsError(Exception):
    """A request that cannot be done. `exit_code` and `code` are fixed per class.

    message: one Chinese line for people. allowed: what would work, as far as there is a list; by
    the keys that programs write.
    field: name of the field that it is about, where it is about one.
    """

    exit_code = 70
    code = "E7001"

    def __init__(self, message: str, allowed: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.allowed = [key_of(name) for name in allowed]
        self.field = _option(message)  # what is wrong with an option begins with its name


_OPTION = re.compile("--[a-z][a-z-]*")


def _option(text: str) -> str:
    """The key of the option that a text begins with, "" where it begins with none."""
    option = _OPTION.match(text)
    return key_of(option[0]) if option else ""


def key_of(name: str) -> str:
    """The key of what people read as `--late-reason（补录原因）`: `late_reason`; others stay."""
    if not name.startswith("--"):
        return name
    return name.partition("（")[0].removeprefix("--").replace("-", "_")


def chinese_first(key: str, chinese: str) -> str:
    """A word to choose as people read it: what it is called, the key behind it in brackets."""
    return f"{chinese}（{key}）" if chinese not in ("", key) else key


def nearest(word: str, known: Iterable[str], cutoff: float = 0.5) -> str:
    """Return the known word most like `word`, or "" when none is near.

    cutoff: how alike they must be, 0 to 1 (`difflib.get_close_matches`).
    """
    return next(iter(get_close_matches(word, list(known), n=1, cutoff=cutoff)), "")


ROLE_NAMES: Mapping[str, str] = {
    "clerk": "窗口人员",
    "leader": "领导",
    "supervisor": "督查",
    "admin": "管理员",
    "auditor": "审计",
}
"""Role of an operator -> its Chinese name."""

SEPARATORS = "、，,；;/|｜"
"""Signs that separate several names; the name of a unit contains none of them."""

LISTED = 12
"""How many names or words one line of a refusal lists at most."""


def listed(names: Sequence[str]) -> str:
    """The first `LISTED` names in one line."""
    return "、".join(names[:LISTED]) + "……" * (len(names) > LISTED)


def _hint(word: str, known: Iterable[str], cutoff: float = 0.5) -> str:
    near = nearest(word, known, cutoff)
    return near and f"，是不是“{near}”"


# -- 2: usage --------------------------------------------------------------------------------------


class UsageError(BbcsError):
    """The call itself is wrong."""

    exit_code = 2
    code = "E0200"


class MissingInput(UsageError):
    """Required fields are missing and nobody can be asked.

    asked: names of the fields that a prompt could ask for. any_of: one of them is enough. labels:
    the fields as the message names them. allowed: what may be written for the only field.
    """

    code = "E0201"

    def __init__(
        self,
        fields: Sequence[str],
        how: str = "",
        asked: Sequence[str] = (),
        *,
        any_of: bool = False,
        allowed: Sequence[str] = (),
    ) -> None:
        message = f"缺少必填项：{'、'.join(fields)}{how and f'；{how}'}"
        super().__init__(message, allowed or asked or fields)
        self.asked, self.any_of, self.labels = tuple(asked), any_of, tuple(fields)
        self.field = next(iter(asked), "") or _option(fields[0])


class AmbiguousId(UsageError):
    """A short case number that fits several cases."""

    code = "E0202"

    def __init__(self, short: str, numbers: Sequence[str]) -> None:
        shown = "、".join(numbers[:8]) + "……" * (len(numbers) > 8)
        super().__init__(f"简号 {short} 对应多件，请写全：{shown}", numbers)


class SecretOnCommandLine(UsageError):
    """An identity number stood among the arguments."""

    code = "E0203"

    def __init__(self) -> None:
        super().__init__(
            "命令行里不能写身份证号（别的用户和历史记录看得到）；"
            "请在提示时输入，或用 --from 文件、标准输入"
        )


class BadDate(UsageError):
    """A date or time that does not exist, cannot be read, or may not stand here."""

    code = "E0204"


class UnknownKey(UsageError):
    """A key of an input object that no act has.

    known: the canonical keys. spelt: other spellings that would be understood -> canonical key.
    """

    code = "E0205"

    def __init__(self, key: str, known: Iterable[str], spelt: Mapping[str, str] = {}) -> None:
        known = list(known)
        longer = (one for one in known if key.startswith(f"{one}_"))  # lead_unit means lead
        near = next(longer, "") or nearest(key, [*known, *spelt])
        hint = near and f"，是不是“{near}”"
        if near in spelt and spelt[near] != near:
            hint += f"（{spelt[near]}）"
        super().__init__(f"不认识的键“{key}”{hint}", known)
        self.field = key


class BadValue(UsageError):
    """A value of the wrong type, size or range; the value itself is not repeated."""

    code = "E0206"


class TemplateBroken(UsageError):
    """A template of the office that cannot be filled."""

    code = "E0207"


# -- 10..15: the case ------------------------------------------------------------------------------


_CASE_NO = r"([A-Za-z0-9]{2,12}-)?[0-9]{8}-[0-9]{1,12}|[0-9]{1,6}"
"""What can be the number of a case, whole or short."""


class UnknownCase(BbcsError):
    """No case has this number.

    What cannot be a number is not repeated: it may be the name or the phone of a person. source: it
    is the number of another system, which may look like anything.
    """

    exit_code = 10
    code = "E1001"

    def __init__(self, number: str, *, source: bool = False) -> None:
        message = f"没有编号为 {number} 的件；可用 bbcs list --all 查看编号"
        if not source and not re.fullmatch(_CASE_NO, number):
            message = "所写的不是件的编号（如 0007）；按姓名、电话或事项找，请用 bbcs search"
        super().__init__(message)
        self.field = "case_no"


class TransitionRefused(BbcsError):
    """The life-cycle does not allow this act in this phase.

    allowed: the words of the acts that it does allow. labels: the same, as people read them.
    """

    exit_code = 11
    code = "E1101"

    def __init__(
        self, case_no: str, phase: str, act: str, allowed: Sequence[str], labels: Sequence[str] = ()
    ) -> None:
        can = "、".join(labels or allowed) or "（无）"
        mark = "记" if act.startswith("不") else ""  # two 不 in a row read as a yes
        super().__init__(f"{case_no} 现为“{phase}”，不能{mark}{act}；可以：{can}", allowed)


class NothingToPrint(BbcsError):
    """Nothing has happened to the case that such a paper would stand for; the message names the
    command after which it does.
    """

    exit_code = 11
    code = "E1103"


class NothingToUndo(BbcsError):
    """There is no own last entry to take back."""

    exit_code = 11
    code = "E1102"


class CalendarGap(BbcsError):
    """A date outside all calendar data (an unannounced year is provisional, not a gap)."""

    exit_code = 12
    code = "E1201"


class ReasonMissing(BbcsError):
    """A field that the chosen word or outcome requires is missing.

    asked: names of the fields that a prompt could ask for. labels: the fields as the message names
    them, where it is about options.
    """

    exit_code = 13
    code = "E1301"

    def __init__(
        self,
        message: str,
        allowed: Sequence[str] = (),
        asked: Sequence[str] = (),
        labels: Sequence[str] = (),
    ) -> None:
        super().__init__(message, asked or allowed)
        self.asked, self.labels = tuple(asked), tuple(labels)
        self.field = next(iter(asked), self.field)


class FieldWanted(ReasonMissing):
    """A gate of the rule pack wants fields that are missing."""

    code = "E1305"


class GateClosed(BbcsError):
    """A gate of the rule pack holds this act back; the message says what opens it."""

    exit_code = 13
    code = "E1302"


class UnknownWord(BbcsError):
    """A word that is not in the list it is to come from.

    Only what looks like a key is repeated: all else may be a name in the wrong field. axis: what it
    was given for; where that is an option, `--channel（反映渠道）`. spelt: every spelling that would
    be understood, to find the nearest; default: `known`. keys: the words as programs write them
    (`allowed`); default: `known`. field: its key, default: that of the option. whole: all of them
    are listed, however many. rest: the command that lists the others.
    """

    exit_code = 13
    code = "E1303"

    def __init__(
        self,
        axis: str,
        word: str,
        known: Sequence[str],
        spelt: Sequence[str] = (),
        keys: Sequence[str] = (),
        field: str = "",
        *,
        whole: bool = False,
        rest: str = "",
    ) -> None:
        word = str(word)
        meant = (
            f"“{word}”"
            if word.islower() and word.isidentifier() and word.isascii()
            else "所写的这一项"
        )
        hint = _hint(word, spelt or known)
        where = f"{axis} " if axis.isascii() else axis
        super().__init__(
            f"{where}没有{meant}{hint}；{self._usable(known, rest, whole=whole)}", keys or known
        )
        self.field = field or (key_of(axis) if axis.startswith("--") else "")

    @staticmethod
    def _usable(known: Sequence[str], rest: str, *, whole: bool) -> str:
        if not known:
            return "规则包里一个也没有"
        shown = "可用：" + "、".join(known if whole else known[:LISTED])
        if whole or len(known) <= LISTED:
            return shown
        return f"{shown}……{rest and f'见 {rest}'}"


class UnknownStation(BbcsError):
    """A code that no station of the county has."""

    exit_code = 13
    code = "E1306"

    def __init__(self, code: str, known: Sequence[str]) -> None:
        meant = f" {code} 站" if code.isascii() and code.isalnum() else "所写的站"
        shown = "、".join(known[:LISTED]) + "……" * (len(known) > LISTED)
        super().__init__(f"县里没有{meant}；现有：{shown or '（无）'}", known)


LONGEST_NAME = 4
"""Characters of the longest common names of people."""

UNIT_ENDINGS = (
    "局", "委", "办", "部", "科", "处", "室", "所", "院", "队", "站", "厅", "署", "会", "中心", "公司", "窗口",
    "政府", "街道", "社区", "银行", "学校",
)  # fmt: skip
"""How the names of units end."""


class UnknownUnit(BbcsError):
    """A unit that the station does not list. What was typed is repeated only where it ends as the
    names of units do: all else may be a person's name in the wrong field.

    spelt: every spelling that would be understood, to find the nearest; default: `known`.
    also: what else would work, as the end of the sentence.
    """

    exit_code = 13
    code = "E1304"

    def __init__(
        self, unit: str, known: Sequence[str], spelt: Sequence[str] = (), also: str = ""
    ) -> None:
        self.asked = unit, known, spelt
        super().__init__(
            f"单位名册里没有{self._meant(unit)}{_hint(unit, spelt or known, cutoff=0.6)}"
            f"{self._roster(known)}；新单位由管理员 bbcs station unit add{also}",
            known,
        )

    @staticmethod
    def _meant(unit: str) -> str:
        if len(unit) > LONGEST_NAME and unit.endswith(UNIT_ENDINGS):
            return f"“{unit}”"
        return "所写的单位"

    @staticmethod
    def _roster(known: Sequence[str]) -> str:
        if not known:
            return ""
        if len(known) > LISTED:
            return "；名册见 bbcs station unit list"
        return f"；名册里有：{'、'.join(known)}"


class NotPermitted(BbcsError):
    """The operator's roles do not cover this act."""

    exit_code = 14
    code = "E1401"

    def __init__(
        self, operator: str, act: str, roles: Sequence[str], who: Sequence[str] = ()
    ) -> None:
        named = "、".join(f"{ROLE_NAMES.get(role, role)} {role}" for role in roles)
        message = f"操作员 {operator} 无权{act}；需要角色：{named}"
        if who:
            message += f"；{'、'.join(who[:LISTED])} 可以办"
        super().__init__(message, roles)


class UnknownOperator(BbcsError):
    """Nobody of this name is listed, or nobody was named and there are several."""

    exit_code = 14
    code = "E1402"


class RightsMissing(BbcsError):
    """A role of the database may not do what is asked; the message says who may."""

    exit_code = 14
    code = "E1403"


class Declined(BbcsError):
    """A confirmation was refused or could not be given; nothing changed."""

    exit_code = 15
    code = "E1501"


# -- 20..22: the store -----------------------------------------------------------------------------


class LedgerConflict(BbcsError):
    """Somebody else wrote to the case first; the message says what changed."""

    exit_code = 20
    code = "E2001"


class LedgerLocked(BbcsError):
    """The write lock did not come free in time."""

    exit_code = 20
    code = "E2002"


class LedgerBroken(BbcsError):
    """Entries or projections are not what they were when written."""

    exit_code = 21
    code = "E2101"


class StoreUnreachable(BbcsError):
    """The home or its files cannot be reached; the message names what would work."""

    exit_code = 22
    code = "E2201"


_WHY: Mapping[int, str] = {
    ENOENT: "没有这个文件",
    ENOTDIR: "没有这个文件",
    EACCES: "没有读的权限",
    EPERM: "没有读的权限",
    EISDIR: "它是文件夹",
    ENAMETOOLONG: "文件名太长",
}


def unreadable(name: str, error: OSError) -> StoreUnreachable:
    """The refusal of a file that cannot be read, in Chinese in every locale."""
    why = _WHY.get(error.errno or 0, f"系统错误 {error.errno}")
    return StoreUnreachable(f"读不了 {name}（{why}）；请检查路径和权限")


class NotALedger(BbcsError):
    """The file is no ledger of bbcs, or an emptied or damaged one."""

    exit_code = 22
    code = "E2202"


class NewerSchema(BbcsError):
    """The ledger was written by a newer version."""

    exit_code = 22
    code = "E2203"


class DiskFull(BbcsError):
    """No space left; nothing was written."""

    exit_code = 22
    code = "E2204"


def is_full(error: OSError) -> bool:
    """Whether the disk, or what this login may use of it, is full."""
    return error.errno in (ENOSPC, EDQUOT, EFBIG)


class ForbiddenPlace(BbcsError):
    """A network share or sync folder: locks and atomic writes do not hold there."""

    exit_code = 22
    code = "E2205"


class OutputNotWritable(BbcsError):
    """The output file or folder cannot be written."""

    exit_code = 22
    code = "E2206"


class ExtraMissing(BbcsError):
    """A format was asked for by name whose optional package is not installed."""

    exit_code = 22
    code = "E2207"


EXTRA = "bbcs["
"""Stands in the message of a refusal for a library that belongs to an extra."""


class OlderSchema(BbcsError):
    """The ledger was written by a version before the first release; nothing converts it."""

    exit_code = 22
    code = "E2208"


# -- 30..40: rules, identity, import ---------------------------------------------------------------


class PackInvalid(BbcsError):
    """A rule pack or station file with problems; all of them, at once."""

    exit_code = 30
    code = "E3001"

    def __init__(self, name: str, problems: Sequence[str]) -> None:
        super().__init__(f"{name} 有 {len(problems)} 处问题：{'；'.join(problems)}", problems)


class NoticeInvalid(BbcsError):
    """A holiday notice that fails a check; all of them, at once, and nothing of it is used."""

    exit_code = 30
    code = "E3002"

    def __init__(self, name: str, problems: Sequence[str]) -> None:
        super().__init__(
            f"{name} 不能采用，有 {len(problems)} 处问题：{'；'.join(problems)}", problems
        )


class UnknownPlace(BbcsError):
    """No rule pack of this name."""

    exit_code = 31
    code = "E3101"

    def __init__(self, place: str, known: Sequence[str]) -> None:
        super().__init__(
            f"没有规则包“{place}”{_hint(place, known)}；现有：{'、'.join(known)}", known
        )


class IdentityBroken(BbcsError):
    """The monthly identity does not hold; the report fails."""

    exit_code = 32
    code = "E3201"


class ImportRejected(BbcsError):
    """Input that cannot be read; the message names the line and what would work."""

    exit_code = 40
    code = "E4001"


class BatchRefused(BbcsError):
    """Rows of a batch that were refused: all of them, at once.

    errors: each `row` (from 1), `field`, `source_no` (None where they are not known), `code`,
    `message`, `allowed`. stored: whether the other rows are stored all the same. what: how one of
    them is counted.
    """

    exit_code = 40
    code = "E4002"

    def __init__(
        self, errors: Sequence[Mapping[str, Any]], total: int, *, stored: bool, what: str = "件"
    ) -> None:
        self.errors = list(errors)
        rest = f"其余 {total - len(errors)} {what}已记" if stored else f"一{what}都没有记"
        first = "；".join(
            f"第 {one['row']} {what}：{one['message']}" for one in self.errors[:LISTED]
        )
        more = "……（--json 列出全部）" if len(self.errors) > LISTED else ""
        super().__init__(f"{total} {what}里有 {len(errors)} {what}不能记，{rest}：{first}{more}")
