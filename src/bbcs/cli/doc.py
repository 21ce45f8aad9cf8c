"""`bbcs doc`: the papers of a case, on the screen or as Word documents; those of a month as files."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from bbcs.cli import context, options, output
from bbcs.cli.click import Command
from bbcs.cli.options import Argument, CommandDefinition, Values, flag
from bbcs.cli.prompts import cases
from bbcs.cli.report_period import period_of
from bbcs.cli.settings import Settings, at_terminal
from bbcs.domain.acts import Field
from bbcs.domain.numbers import integer
from bbcs.errors import BadValue, MissingInput, TemplateBroken, UsageError
from bbcs.papers import PAPERS
from bbcs.papers.paper import Paper
from bbcs.render import paper_docx, pdf
from bbcs.render.files import write_bytes
from bbcs.render.formats import encode
from bbcs.render.paper_text import text
from bbcs.render.table_files import OWN, file_name, make_folder
from bbcs.render.terminal import echo
from bbcs.store import home_log
from bbcs.usecases import papers, unmasked
from bbcs.usecases.office import Office
from bbcs.views.papers import document

SUFFIXES = (".docx", ".pdf", ".txt")
"""What the name of a file may end with: a Word document, PDF, or plain text."""


def _doc(settings: Settings, values: Values) -> None:
    if values["all"]:
        _of_month(settings, values)
        return
    if values["month"]:
        raise UsageError("--month 只和 --all（一个月的全部文书）同用")
    if values["reason"] and not values["reveal"]:
        raise UsageError("--reason 只和 --reveal（不遮盖）同用")
    which = _which(values["which"])
    _ask(settings, values)
    office = context.office(settings)
    kind = papers.kind_of(values["kind"])
    if values["reveal"]:  # before anybody is asked to agree
        unmasked.may_reveal(office, values["reason"] or "")
    if values["out"]:  # refused before anybody is looked at
        path = Path(values["out"])
        _suffix(path)
        output.agree(path, yes=values["yes"])
        (paper,) = _numbered(office, [_one(_made(office, kind, values), which)])
        _write(path, paper, office, revealed=values["reveal"])
        _log(office, [paper])
        output.files(settings, [path])
        return
    chosen = _made(office, kind, values)
    shown = [_one(chosen, which)] if which else chosen
    if settings.as_json:
        output.echo_json(document(shown))
    else:
        echo("\n\n".join(text(one) for one in shown))


def _ask(settings: Settings, values: Values) -> None:
    """Ask for the number and the kind where they were left out.

    Raises MissingInput where nobody can be asked.
    """
    if values["number"] and values["kind"]:
        return
    if not at_terminal():
        lacking = {"number": "编号", "kind": "文书"}
        missing = {key: name for key, name in lacking.items() if not values[key]}
        how = "" if values["kind"] else f"文书有：{'、'.join(papers.kinds())}"
        allowed = list(PAPERS) if [*missing] == ["kind"] else ()
        raise MissingInput([*missing.values()], how, [*missing], allowed=allowed)

    values["number"] = values["number"] or cases.case_number(settings, "doc")
    values["kind"] = values["kind"] or cases.paper_kind()


def _which(text: str | None) -> int | None:
    """The number of the paper that was asked for, None for none. Raises BadValue."""
    number = integer(text) if text else None
    if text and not number:
        raise BadValue("--which 写 1 起的整数")
    return number


def _made(office: Office, kind: str, values: Values) -> list[Paper]:
    """The papers; in a transaction where the look at people is written."""
    reveal, reason = values["reveal"], values["reason"] or ""
    inside = context.write if reveal else context.read
    return inside(
        office,
        lambda ledger: papers.of_case(
            ledger, office, values["number"], kind, reveal=reveal, reason=reason
        ),
    )


def _numbered(office: Office, chosen: list[Paper]) -> list[Paper]:
    """The papers with their numbers; in a transaction where one gets its number now."""
    if all(one.number for one in chosen):
        return chosen
    return context.write(office, lambda ledger: papers.numbered(ledger, office, chosen))


def _one(chosen: Sequence[Paper], which: int | None) -> Paper:
    """The paper that was asked for; where there is one only, it need not be named."""
    if which is None and len(chosen) == 1:
        return chosen[0]
    if which is None or not 1 <= which <= len(chosen):
        listed = "；".join(
            " ".join(filter(None, (str(at), one.number, one.to)))
            for at, one in enumerate(chosen, 1)
        )
        raise BadValue(f"有 {len(chosen)} 张{chosen[0].title}，请加 --which：{listed}")
    return chosen[which - 1]


def _suffix(path: Path) -> None:
    if path.suffix.lower() not in SUFFIXES:
        raise BadValue(f"--out 的文件名应以 {'、'.join(SUFFIXES)} 结尾")


def _write(path: Path, paper: Paper, office: Office, *, revealed: bool) -> None:
    mode = OWN if revealed else None
    suffix = path.suffix.lower()
    if suffix == ".txt":
        write_bytes(path, encode(text(paper) + "\n"), mode=mode)
        return

    def word(to: Path) -> None:
        paper_docx.write(to, paper, office.home, mode=mode)

    if suffix == ".docx":
        word(path)
    else:
        pdf.write(path, "paper.docx", word, mode=mode)


def _log(office: Office, written: Sequence[Paper]) -> None:
    """Keep which papers were written as files."""
    line = {
        "at": office.stamp.now.isoformat(timespec="seconds"),
        "actor": office.stamp.actor,
        "report": "papers",
        "papers": len(written),
        "names": [f"{one.kind} {one.case_no} {one.which}" for one in written],
        "exit": 0,
    }
    with suppress(OSError):  # the papers are written already
        home_log.append(office.home, home_log.REPORTS, line)


def _of_month(settings: Settings, values: Values) -> None:
    """All papers of a month as files, masked."""
    if values["number"] or values["kind"] or values["which"] or values["reveal"]:
        raise UsageError(
            "--all 出一个月的全部文书（已遮盖），不同时写编号、文书、--which 或 --reveal"
        )
    if not values["out"]:
        raise MissingInput(["--out（写到哪个目录）"])
    office = context.office(settings)
    period = period_of({"month": values["month"], "from": None, "to": None}, office)
    chosen = context.read_long(office, lambda ledger: papers.of_period(ledger, office, period))
    folder = Path(values["out"])
    make_folder(folder)
    known = [one for one in chosen if one.number]
    output.agree(*_files(folder, known), yes=values["yes"])  # before any number is given
    files = _files(folder, _numbered(office, chosen))
    if len(known) < len(chosen):
        output.agree(*files, yes=values["yes"])
    written, broken = [], []
    for path, paper in files.items():
        try:
            _write(path, paper, office, revealed=False)
            written.append(path)
        except TemplateBroken as wrong:  # of one kind of paper: the others do not wait for it
            broken.append(wrong.message)
    _log(office, [files[path] for path in written])
    output.files(settings, written)
    if broken:
        raise TemplateBroken(
            f"{len(broken)} 张没有写，其余都写了：{'；'.join(dict.fromkeys(broken))}"
        )


def _files(folder: Path, chosen: Sequence[Paper]) -> dict[Path, Paper]:
    """The file of each paper."""
    return {folder / f"{one.title}_{file_name(one.number)}.docx": one for one in chosen}


DOC = CommandDefinition(
    "出一件的文书：屏幕上看，或写成 Word 文档、PDF；--all 出一个月的全部文书",
    _doc,
    (
        Field("which", "第几张（这种文书有几张时）", "int"),
        Field("out", "写到这个文件（.docx、.pdf 或 .txt；--all 时是目录）", "output"),
        flag("reveal", "不遮盖个人信息（须写理由，记入台账，文件只有自己能读）"),
        Field("reason", "为什么要印未遮盖的资料"),
        flag("all", "一个月的全部文书，写到 --out 目录"),
        Field("month", "哪个月，如 2026-10（默认本月）", "month"),
        flag("yes", "文件已有也覆盖，不再问"),
    ),
    (
        Argument("number", "编号", "件的编号，可写简号", ""),
        Argument("kind", "文书", f"哪种：{'、'.join(papers.kinds())}", ""),
    ),
    (
        "bbcs doc 0007 交办单",
        "bbcs doc 0007 督办单 --out 督办单.docx",
        "bbcs doc 0007 一次性告知单 --reveal --reason 交给反映人 --out 告知单.docx",
        "bbcs doc --all --month 2026-10 --out 十月文书",
    ),
)


def command(word: str) -> Command:
    """The command."""
    return options.command(word, DOC)
