"""`bbcs calendar show|parse|import|diff|audit|export`: years and notices.

Loaded only by these words.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import typer

from bbcs.calendar import dates, ical, layers, month_grid
from bbcs.calendar.layers import ExceptionalDay
from bbcs.calendar.notice import parse
from bbcs.calendar.notice.parse import ParsePlan
from bbcs.cli import context, output
from bbcs.cli.home_calendar import calendars_of, overlaid
from bbcs.cli.input_files import LARGEST, decode, name_of, standard_input, unreadable
from bbcs.cli.options import Values
from bbcs.cli.prompts import confirm
from bbcs.cli.settings import Settings, at_terminal
from bbcs.config.environment import present
from bbcs.domain.numbers import integer
from bbcs.errors import BadDate, BadValue, Declined, ImportRejected, NoticeInvalid
from bbcs.record import as_document
from bbcs.render.files import write_bytes
from bbcs.render.terminal import emit, talk
from bbcs.usecases import calendars, workdays
from bbcs.usecases.calendars import ImportNotice, ImportResult
from bbcs.usecases.office import Calendars, Office

_LAYERS = {"annual": "annual", "midyear": "midyear", "regional": "region"}


def _year(text: str) -> int:
    year = integer(text)
    if year is None or len(text) != 4:
        raise BadDate("年份应写成四位数字，如 2026")
    return year


def _show(settings: Settings, values: Values) -> None:
    calendar, year = overlaid(settings, values["region"]), _year(values["year"])
    shown = workdays.show(calendar, year)
    output.answer(
        settings,
        {"schema": "bbcs.year/1", **shown},
        "\n".join(month_grid.lines(calendar, year)),
        str(shown["working_days"]),
    )


def _raw(source: str) -> bytes:
    try:
        if source == "-":
            return standard_input().read(LARGEST)
        with Path(source).open("rb") as stream:
            return stream.read(LARGEST)
    except OSError as error:
        raise unreadable(source, error) from error


def _read(source: str, values: Values, home: Calendars) -> tuple[ParsePlan, str]:
    """The plan of a notice and the digest of its file.

    NoticeInvalid with every offending line when a check fails.
    """
    raw = _raw(source)
    suffix = "" if source == "-" else Path(source).suffix.lower()
    text = parse.plain(raw if suffix in (".docx", ".html", ".htm") else decode(raw, source), suffix)
    kind = "regional" if values["region"] else ""
    plan = parse.parse(
        text,
        before=lambda head: calendars.before(home, head),
        year=_year(values["year"]) if values["year"] else None,
        kind=kind,
    )
    return plan, sha256(raw).hexdigest()


def _document(plan: ParsePlan) -> dict[str, Any]:
    return {
        "schema": "bbcs.notice/1",
        "title": plan.title,
        "year": plan.year,
        "number": plan.number or None,
        "issued": plan.issued.isoformat() if plan.issued else None,
        "kind": plan.kind,
        "exceptions": [_row(row) for row in plan.layer],
        "findings": [as_document(one) for one in plan.findings],
    }


def _row(row: ExceptionalDay) -> dict[str, Any]:
    return {
        "day": row.day.isoformat(),
        "is_working_day": row.is_working_day,
        "kind": row.kind,
        "name": row.name,
    }


def _problems(plan: ParsePlan) -> list[str]:
    return [
        f"{one.where and f'“{one.where}”：'}{one.what}{one.hint and f'（{one.hint}）'}"
        for one in plan.findings
    ]


def _refuse(settings: Settings, plan: ParsePlan, source: str) -> None:
    """With --json the findings go to stdout too, then the refusal (30); nothing was saved."""
    if plan.findings:
        if settings.as_json:
            output.echo_json(_document(plan))
        raise NoticeInvalid(name_of(source), _problems(plan))


def _parse(settings: Settings, values: Values) -> None:
    plan, _ = _read(values["source"], values, calendars_of(settings, values["region"]))
    _refuse(settings, plan, values["source"])
    lines = [plan.title or name_of(values["source"])]
    lines += [f"  {one.name}：{one.first} 至 {one.last} 放假 {one.days} 天" for one in plan.spans]
    lines += [f"  {row.name}：{row.day} 上班" for row in plan.layer if row.is_working_day]
    output.answer(settings, _document(plan), "\n".join(lines), str(plan.year))


def _changes(changes: Sequence[dict[str, Any]]) -> list[str]:
    """Each day that changes, as a person checks it against the paper."""
    lines = []
    for change in changes:
        weekday = dates.WEEKDAYS[dates.parse_day(change["day"]).weekday()]
        was, becomes = (_STATES[change[key]["is_working_day"]] for key in ("was", "becomes"))
        name = change["becomes"]["name"]
        lines.append(f"  {change['day']}（周{weekday}）{was} → {becomes}  {name}")
    return lines


_STATES = {True: "上班", False: "休息"}


def _notice(plan: ParsePlan, digest: str, values: Values) -> ImportNotice:
    """A parsed notice as it is imported."""
    layer = _LAYERS[plan.kind]
    if layer == "region" and not values["region"]:
        raise BadValue(
            "这是地区的通知；请加 --region 写明是哪个地区，如 --region 广西", list(layers.regions())
        )
    region, id_ = "", plan.number or plan.title or digest[:12]
    if layer == "region":
        region = layers.region(values["region"])
    elif layer == "annual":
        id_ = str(plan.year)
    return ImportNotice(
        id_,
        layer,
        region,
        plan.title,
        plan.number,
        plan.issued,
        values.get("address") or "",
        digest,
        plan.layer,
    )


HEADERS = {"日期": "day", "是否上班": "is_working_day", "名称": "name"}
WORKS = {"1": True, "0": False, "是": True, "否": False}


def _own_days(values: Values) -> ImportNotice:
    """Imports a table 日期,是否上班,名称 (or day,is_working_day,name).

    --note is the ground of its days (本单位规定 …).
    """
    raw, source, ground = _raw(values["source"]), values["source"], values["organisation"]
    rows: dict[date, ExceptionalDay] = {}
    for number, row in enumerate(csv.DictReader(decode(raw, source).splitlines()), 2):
        named = {
            HEADERS.get(key or "", key): (value or "").strip()
            for key, value in row.items()
            if isinstance(value, str)
        }
        one = _own_day(named, ground, f"{name_of(source)} 第 {number} 行")
        if one.day in rows:
            raise ImportRejected(f"{name_of(source)} 第 {number} 行：{one.day} 写了两次")
        rows[one.day] = one
    if not rows:
        raise ImportRejected(f"{name_of(source)} 里没有日子；首行应为 日期,是否上班,名称")
    digest = sha256(raw).hexdigest()
    return ImportNotice(
        digest[:12], "organisation", "", ground, "", None, "", digest, sorted(rows.values())
    )


def _own_day(row: Mapping[str, str], ground: str, where: str) -> ExceptionalDay:
    works = WORKS.get(row.get("is_working_day", ""))
    if works is None or not row.get("day"):
        raise ImportRejected(f"{where}应有日期和是否上班（1 或 0）")
    try:
        day = dates.parse_day(row["day"])
    except BadDate as error:
        raise ImportRejected(f"{where}：{error.message}") from error
    if not layers.FIRST <= day <= layers.LAST:
        raise ImportRejected(f"{where}：{day} 不在 {layers.FIRST} 至 {layers.LAST} 之间")
    return layers.exception(day, works, row.get("name") or ground, "")


def _import(settings: Settings, values: Values) -> None:
    office = context.office(settings)
    document: dict[str, Any] = {}
    if values["organisation"]:
        notice = _own_days(values)
    else:
        plan, digest = _read(values["source"], values, _calendars(office))
        _refuse(settings, plan, values["source"])
        notice, document = _notice(plan, digest, values), _document(plan)
    notice = notice._replace(corrects=values["correct"])
    calendars.check(office, notice)
    _confirm(office, notice, values)
    done = context.write(
        office,
        lambda ledger: calendars.import_notice(ledger, office, notice),
        dry_run=values["dry_run"],
    )
    moved = [{**move.document(), "order": move.order or None} for move in done.moves]
    document |= {
        "schema": "bbcs.calendar_import/1",
        "title": notice.title,
        "changes": list(done.changes),
        "moved": moved,
        "told": list(done.to_tell),
        "rosters": [as_document(one) for one in done.rosters],
    }
    output.answer(
        settings,
        document,
        "\n".join(_imported(done, notice, dry_run=values["dry_run"])),
        str(len(done.moves)),
    )


def _imported(done: ImportResult, notice: ImportNotice, *, dry_run: bool) -> list[str]:
    """What an import did, for people."""
    head = "（演练，没有保存）" if dry_run else "已导入："
    lines = [f"{head}{notice.title or notice.id}", *_changes(done.changes)]
    if done.moves:
        lines.append(f"移动到期日 {len(done.moves)} 个：")
        lines += [f"  {move.text()}" for move in done.moves]
    else:
        lines.append("没有件的到期日移动")
    if done.to_tell:
        lines += ["请告知：", *(f"  {one}" for one in done.to_tell)]
    if done.rosters:
        lines += ["坐诊表要改：", *(f"  {line}" for line in output.finding_lines(done.rosters))]
    return lines


def _confirm(office: Office, notice: ImportNotice, values: Values) -> None:
    """Asks a person to confirm the difference before it is saved. Without a terminal: --yes."""
    if values["yes"] or values["dry_run"]:
        return
    current = _calendars(office)
    if at_terminal():
        talk("\n".join(["这份通知改变的日子：", *_changes(calendars.preview(current, notice))]))
        if not confirm("与通知原文对过了，导入吗"):
            raise Declined("没有导入")
    else:
        raise Declined("日历的变化要由人看过再导入；请先加 --dry-run 看，再加 --yes")


def _calendars(office: Office) -> Calendars:
    """The home's calendars; those of a home without an import are the shipped ones."""
    return office.calendars or Calendars((), office.station.region)


def _diff(settings: Settings, values: Values) -> None:
    current = calendars_of(settings, values["region"])
    plan, digest = _read(values["source"], values, current)
    _refuse(settings, plan, values["source"])
    changes = calendars.preview(current, _notice(plan, digest, values))
    document = {
        "schema": "bbcs.diff/1",
        "title": plan.title,
        "year": plan.year,
        "sha256": digest,
        "changes": changes,
    }
    output.answer(settings, document, "\n".join(_changes(changes)) or "没有不同", str(len(changes)))


def _audit(settings: Settings, values: Values) -> None:
    differences = workdays.audit(overlaid(settings, values["region"]))
    unknown = [one for one in differences if not one["known"]]
    document = {"schema": "bbcs.audit/1", "ok": not unknown, "differences": differences}
    text = (
        "\n".join(_difference(one) for one in differences) or "与 holidays 库逐日一致（2004–2100）"
    )
    output.answer(settings, document, text, str(len(differences)))
    if unknown:
        raise typer.Exit(1)


def _difference(one: dict[str, Any]) -> str:
    known = f"（{one['known']}）" if one["known"] else ""
    return f"{one['day']} 本表{_STATES[one['is_working_day']]}，库相反{known}"


def _export(settings: Settings, values: Values) -> None:
    calendar, year = overlaid(settings, values["region"]), _year(values["year"])
    if not calendar.first.year <= year <= calendar.last.year:
        raise BadValue(f"年份须在 {calendar.first.year} 至 {calendar.last.year} 之间")
    text = ical.calendar_text(calendar, year, present()[0])
    if not values["out"]:
        if settings.as_json:
            output.echo_json({"schema": "bbcs.ical/1", "year": year, "text": text})
        else:
            emit(text)
        return

    output.agree(Path(values["out"]), yes=settings.yes)
    write_bytes(Path(values["out"]), text.encode())
    output.files(settings, [values["out"]])


RUN: Mapping[str, Callable[[Settings, Values], None]] = {
    "show": _show,
    "parse": _parse,
    "import": _import,
    "diff": _diff,
    "audit": _audit,
    "export": _export,
}
