"""T11, scaled: what a malicious or careless citizen writes goes in by --from and comes out of every view harmless and exact."""

from __future__ import annotations

import json

import pytest
from cli_desk import Desk, case, prepared
from cli_terminal import at_terminal, uncoloured

import sizes
from bbcs.domain.masking import free_text, known
from render.hostile import HOSTILE, raw

REFUSED = [
    text
    for text in HOSTILE
    if any(
        (ord(char) < 32 and char not in "\r\n\t") or 0xD800 <= ord(char) < 0xE000
        for char in text.strip()
    )
]
KEPT = [text for text in HOSTILE if text not in REFUSED and text.strip()]


def hostile(text: str) -> dict[str, object]:
    """The text wherever a citizen's words may stand."""
    short = text[:150]
    return case(
        1, phone=None, id_number=None, matter=short, demand=text, reporter=short, reporter_type="enterprise", items=[short],
        failed_unit=short, failed_window=short, failed_reason=text, missing_papers=[short],
        referred_by=short, special_need=text, remark=text, address=short,
        contact_person=short, source_no=short, extra={short: short},
    )  # fmt: skip


@prepared
def full(desk: Desk) -> Desk:
    desk.ok(
        "intake",
        "--from",
        "-",
        stdin=json.dumps([hostile(text) | {"source": f"s{n}"} for n, text in enumerate(KEPT)]),
    )
    return desk


def test_there_are_enough():
    assert len(KEPT) + len(REFUSED) >= 80


@pytest.mark.parametrize("text", REFUSED, ids=range(len(REFUSED)))
def test_what_no_ledger_should_hold_is_refused_by_field(desk: Desk, text):
    for field in ("matter", "demand", "extra"):
        said = desk(
            "intake",
            "--from",
            "-",
            stdin=json.dumps(case(1) | {field: {"键": text} if field == "extra" else text}),
        )
        assert (said.code, said.out) == (2, "")
        assert field in said.err
        assert said.err.count("\n") == 1
        assert not raw(said.err)
    assert desk.entries() == 0


def kept(text: str) -> str:
    """The text as a masked view has it: it is the agent's name, too, and that is masked wherever it stands.

    Every line end is a line feed.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return free_text(text.strip(), known({"contact_person": text[:150].strip()}))


def test_json_keeps_every_text_exactly(full: Desk):
    for number, text in enumerate(KEPT, 1):
        shown = full.ok("show", f"{number:04d}", "--json", "--history")
        assert not raw(shown.out)
        document, said = shown.json, shown.json["history"][0]["data"]
        assert document["matter"] == kept(text[:150])
        assert said["demand"] == said["remark"] == kept(text)
        assert said["failed_unit"] == kept(text[:150]).strip()
        assert said["extra"] == {kept(text[:150]): kept(text[:150])}
    listed = full.ok("list", "--json", "--sort", "number")
    assert not raw(listed.out)
    assert [row["matter"] for row in listed.json["cases"]] == [kept(text[:150]) for text in KEPT]
    assert [
        json.loads(line)["matter"]
        for line in full.ok("list", "--format", "ndjson", "--sort", "number").out.splitlines()
    ] == [row["matter"] for row in listed.json["cases"]]


def test_nothing_raw_reaches_a_terminal(full: Desk):
    columns = "case_no,matter,reporter,source_no,lead_unit"
    for args in ("list", f"list --columns {columns}", "list --format md", "list --format csv", "todo", "", "report register work",
                 "report register work --format md", "report monthly", "report register work --json"):  # fmt: skip
        said = full.ok(*args.split())
        assert not raw(said.out.removeprefix("\ufeff"), "\n\r\t" if "csv" in args else "\n"), args
        assert not raw(said.err), args
    assert not raw(full.ok("list", "--format", "tsv").out, "\n\t\r")
    for number in range(1, len(KEPT) + 1):
        for args in (["show"], ["show", "--history"], ["deadline"]):
            said = full.ok(args[0], f"{number:04d}", *args[1:])
            assert not raw(said.out), (number, args)
    seen = at_terminal(full, "list", "--limit", "200", columns=100)
    assert seen.code == 0
    assert not raw(uncoloured(seen.screen), "\n\r")


def test_a_table_row_stays_one_line(full: Desk):
    assert sum(line.startswith("ZY01-") for line in full.ok("list").out.splitlines()) == len(KEPT)
    assert len(full.ok("list").out.splitlines()) == len(KEPT) + 3


def test_no_cell_is_a_formula(full: Desk, tmp_path):
    import csv

    from openpyxl import load_workbook

    full.ok("report", "register", "work", "--out", tmp_path / "台账.xlsx")
    cells = [
        cell for row in load_workbook(tmp_path / "台账.xlsx").active.iter_rows() for cell in row
    ]
    assert [cell.value for cell in cells if cell.data_type == "f" or cell.hyperlink] == []
    assert sum(str(cell.value).startswith("ZY01-20260305-") for cell in cells) == len(KEPT)
    full.ok("report", "register", "work", "--out", tmp_path / "台账.csv")
    for text in (
        full.ok("list", "--format", "csv").out,
        (tmp_path / "台账.csv").read_text(encoding="utf-8-sig"),
    ):
        rows = list(csv.reader(text.splitlines(keepends=True)))
        assert not [
            cell
            for row in rows
            for cell in row
            if cell.lstrip(" \u3000\u00a0")[:1] in ("=", "+", "@", "＝", "＋", "－", "＠", "\t")
        ]
        assert not [
            cell for row in rows for cell in row if cell[:1] == "-" and not cell[1:].isdigit()
        ]
    for line in full.ok("list", "--format", "tsv").out.splitlines():
        assert not [cell for cell in line.split("\t") if cell[:1] in ("=", "+", "@")]


FORMS = ((), ("--json",))


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_refusal_that_quotes_stays_one_harmless_line(desk: Desk, text):
    short = text[:150] or "x"
    asked = [
        ("intake --from -", json.dumps(case(1, channel=short))),
        ("intake --from -", json.dumps(case(1) | {short: "x"})),
        ("intake --from -", json.dumps(case(1, difficulty=short))),
        ("intake --from -", json.dumps(case(1, received_at=short))),
    ]
    for number, (line, stdin) in enumerate(asked):
        for form in sizes.sample(FORMS, 2, HOSTILE.index(text) + number):
            said = desk(*line.split(), *form, stdin=stdin)
            if said.code == 0:  # blank: as if it were not there
                assert not short.strip()
                continue
            assert said.err.count("\n") == 1, said.err
            assert not raw(said.err), said.err
            assert "Traceback" not in said.err
    if "\x00" not in short and short.isprintable():
        for args in (
            ["show", short],
            ["list", "--unit", short],
            ["list", "--phase", short],
            ["help", short],
            ["pack", "show", short],
        ):
            said = desk(*args)
            assert not raw(said.out + said.err)
            assert said.code != 70, said.err


def test_a_ten_megabyte_text_is_refused(desk: Desk):
    said = desk(
        "intake",
        "--from",
        "-",
        stdin=json.dumps(case(1, demand="长" * 3_500_000), ensure_ascii=False),
    )
    assert said.code == 2
    assert "20000" in said.err
    assert len(said.err) < 300
