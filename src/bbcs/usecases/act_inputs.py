"""Completes the inputs of some acts from the ledger or the office before `decide` judges them: full
numbers, waivers, files, read values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from bbcs.domain.acts import Act, Field
from bbcs.domain.case import LIFE, Case
from bbcs.domain.fold import fold
from bbcs.domain.inputs import InputContext, label, read_one, short_help
from bbcs.errors import BadValue, BbcsError, GateClosed, MissingInput
from bbcs.usecases.office import Office
from bbcs.usecases.office_decisions import known_item, not_waived_by_rule

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger

Fields = dict[str, Any]
"""Checked values by field name."""


def at_intake(ledger: Ledger, office: Office, fields: Fields) -> Fields:
    """What the items promise and ask for, less what a rule has waived by then (免予提供): stamped on
    the registration.
    """
    items = list(fields.get("items") or [fields["matter"]])
    received = fields.get("received_at") or office.stamp.now
    day = received.date() if isinstance(received, datetime) else received
    stamped = _of_catalogue(ledger, office, items, day)
    fields = {**fields, **_called(office, fields)}
    return {**fields, **{key: value for key, value in stamped.items() if value}}


def _of_catalogue(ledger: Ledger, office: Office, items: Sequence[str], day: date) -> Fields:
    """What the items promise and ask for on a day, and what of it is waived by then."""
    known = [item for item in map(office.item, items) if item]
    waived = [row["paper"] for row in ledger.waivers([*items], day)]
    wanted = [paper for item in known for paper in item.papers if paper not in waived]
    return {
        "waived": list(dict.fromkeys(waived)),
        "wanted": list(dict.fromkeys(wanted)),
        "promised": max((item.promised_limit or 0 for item in known), default=0),
    }


def _called(office: Office, fields: Fields) -> Fields:
    """Who is complained of, by the name of the roster: an alias or a code must not get round the
    rules of the conduct track.
    """
    written = {
        name: fields[name] for name in ("failed_unit", "failed_window", "by") if fields.get(name)
    }
    known = {name: office.station.unit(text, allow_new=True).name for name, text in written.items()}
    return {name: text for name, text in known.items() if text != written[name]}


def _callback(ledger: Ledger, office: Office, case: Case | None, fields: Fields) -> Fields:
    return {**fields, **_called(office, fields)}


def prepared(
    ledger: Ledger, office: Office, verb: str, case: Case | None, fields: Fields
) -> Fields:
    """The same fields, with what only the ledger or the office knows added.

    Raises what the additions raise.
    """
    prepare = _PREPARE.get(verb)
    if prepare is None:
        return fields
    return prepare(ledger, office, case, fields)


def files_of(act: Act, inputs: Mapping[str, Any]) -> list[str]:
    """The paths among the inputs of an act: what is to be read before the ledger is locked."""
    named = (inputs.get(field.name) for field in act.fields if field.type == "file")
    return [path for path in named if isinstance(path, str) and path]


def _numbers(*names: str) -> Callable[[Ledger, Office, Case | None, Fields], Fields]:
    """Short numbers made full; each case once, the one acted on not among the others."""

    def full(ledger: Ledger, office: Office, case: Case | None, fields: Fields) -> Fields:
        """The same fields with full numbers. Raises UnknownCase."""
        full_numbers: Fields = {}
        for name in names:
            short = fields.get(name)
            if isinstance(short, str):
                full_numbers[name] = ledger.case_no(short, office.stamp.now.date())
            elif short:
                numbers = [ledger.case_no(one, office.stamp.now.date()) for one in short]
                full_numbers[name] = [
                    one for one in dict.fromkeys(numbers) if not case or one != case.no
                ]
        return {**fields, **full_numbers}

    return full


def _convene(ledger: Ledger, office: Office, case: Case | None, fields: Fields) -> Fields:
    if fields.get("done"):
        return _carried_out(ledger, case, fields)
    meeting = _numbers("case")(ledger, office, case, fields)
    minutes = meeting.pop("minutes", None)
    if minutes:
        meeting["minutes_sha256"] = ledger.attach(minutes)[0]
    return meeting


def _carried_out(ledger: Ledger, case: Case | None, fields: Fields) -> Fields:
    """A resolution that was made for several cases is carried out for all of them where it is still
    open.
    """
    assert case is not None
    if fields.get("case"):
        raise BadValue("--done 不写 --case：一并议的其他件会同时记上")
    from bbcs.domain.decide.steering import meant  # the page of this act alone

    waiting = [one for one in case.resolutions if not one.done_at]
    carried_out = meant(fields["done"], waiting)
    if len(carried_out) != 1:
        return fields  # `decide` refuses it with the list
    others = []
    for number in carried_out[0].others:
        other = fold(ledger.events(number))
        open_there = any(
            one.no == carried_out[0].no and not one.done_at for one in other.resolutions
        )
        if open_there and "convene" in LIFE[other.phase]:
            others.append(number)
    return {**fields, "done": carried_out[0].no, "case": others}


def _link(ledger: Ledger, office: Office, case: Case | None, fields: Fields) -> Fields:
    """Full numbers; the same pair of repeats is linked once, from whichever side."""
    full = _numbers("to")(ledger, office, case, fields)
    if case is None or full["kind"] != "repeat" or full.get("to") in (None, case.no):
        return full
    other = fold(ledger.events(full["to"]))
    if any(link.kind == "repeat" and link.to == case.no for link in other.links):
        raise GateClosed(f"{other.no} 早已关联 {case.no} 为重复反映，两边都看得到，没有新增", [])
    return full


def _exempt(ledger: Ledger, office: Office, case: Case | None, fields: Fields) -> Fields:
    """A rule is for an item of the catalogue, and waives what no other rule waives yet."""
    if fields.get("scope") == "rule":
        item = fields.get("item")
        known_item(office, item)
        items = case.items if case and not item else [item or ""]
        if fields.get("effective") and len(items) == 1:  # else `decide` says what is missing
            not_waived_by_rule(ledger, items[0], fields["paper"])
    return fields


def _attach(ledger: Ledger, office: Office, case: Case | None, fields: Fields) -> Fields:
    others = {key: value for key, value in fields.items() if key != "file"}
    digest, size, name = ledger.attach(fields["file"])
    return {**others, "sha256": digest, "size": size, "name": name}


def _correct(ledger: Ledger, office: Office, case: Case | None, fields: Fields) -> Fields:
    """The new value read by the type of the field it corrects; dates as they are stored."""
    from bbcs.domain.decide.correctable import target  # the page of this act alone

    assert case is not None
    _, field, name = target(case, fields["field"], office.pack_of(case))
    new = fields.get("new")
    if fields.get("clear"):
        if new not in (None, "", [], {}):
            raise BadValue("--clear 是清空这一栏，不能再写 --new")
        return {**fields, "field": name, "value": [] if field.many else ""}
    if new in (None, "", [], {}):
        raise MissingInput(
            [f"--new（{field.help}）"],
            "个人信息请在提示、标准输入或 --from 文件里给" if field.personal else "",
            ["new"],
        )
    if field.many and isinstance(new, str):
        new = [new]
    if field.type in ("int", "bool") and isinstance(new, str):
        new = {"是": True, "否": False, "true": True, "false": False}.get(new, new)
    if field.type == "case" and isinstance(new, str):
        new = ledger.case_no(new, office.stamp.now.date())
    value = _corrected(field, new, office.reader_of(case))
    if isinstance(value, date):
        at = value if isinstance(value, datetime) else None
        value = at.isoformat(timespec="seconds") if at else _dated(field.type, value, office)
    return {**fields, "field": name, "value": value, **_stamped(ledger, office, case, name, value)}


def _stamped(ledger: Ledger, office: Office, case: Case, name: str, value: Any) -> Fields:
    """What the catalogue says of other items than those first written, where the items are
    corrected: it changes with them."""
    if name == "matter" and not case.registered.get("items"):
        items = [value]
    elif name == "items":
        items = value
    else:
        return {}
    now = _of_catalogue(ledger, office, items, case.received_at.date())
    changed = [
        [key, new] for key, new in now.items() if new != (case.registered.get(key) or type(new)())
    ]
    return {"stamped": changed}


def _corrected(field: Field, new: Any, context: InputContext) -> Any:
    """The new value of a field; a refusal names the field as `correct` does, not by an option."""
    try:
        return read_one(field, new, context, new_unit=False)
    except BbcsError as refused:
        refused.message = refused.message.replace(label(field), short_help(field))
        refused.field = "new"
        raise


def _dated(kind: str, day: date, office: Office) -> str:
    """A moment of which only the day was given keeps the present time of day."""
    if kind == "when":
        return datetime.combine(day, office.stamp.now.timetz()).isoformat(timespec="seconds")
    return day.isoformat()


def _void(ledger: Ledger, office: Office, case: Case | None, fields: Fields) -> Fields:
    """The full number of the case that this one doubles; a voided one stands for nothing.

    Raises UnknownCase, GateClosed.
    """
    fields = _numbers("of")(ledger, office, case, fields)
    other = fields.get("of")
    if other and fold(ledger.events(other)).phase == "voided":
        raise GateClosed(f"{other} 自己就是作废的，不能说与它重复；请写留下来的那一件", [])
    return fields


_PREPARE: Mapping[str, Callable[[Ledger, Office, Case | None, Fields], Fields]] = {
    "callback": _callback,
    "convene": _convene,
    "merge": _numbers("with"),
    "link": _link,
    "improve": _numbers("case"),
    "exempt": _exempt,
    "void": _void,
    "attach": _attach,
    "correct": _correct,
}
"""Verb -> what it needs."""

OTHERS: Mapping[str, str] = {"convene": "case", "merge": "with"}
"""Verbs that write one entry for each of several cases -> the field that names the others."""
