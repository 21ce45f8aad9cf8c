"""T12, scaled: sixty synthetic people go through every command; nobody's number or name leaves unmasked, and each look is logged."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

from cli_desk import Answer, Desk, case, id_number, name, phone, prepared, write
from cli_terminal import at_terminal

PEOPLE = range(1, 61)
NAMES = {name(number) for number in PEOPLE} | {f"代{name(number)[1:]}" for number in PEOPLE}


def windows(text: str, length: int = 8) -> set[str]:
    return {text[at : at + length] for at in range(len(text) - length + 1)}


NUMBERS = {
    window
    for number in range(1, 240)
    for text in (id_number(number), phone(number))
    for window in windows(text)
}
"""Eight digits in a row of anybody's number are too many."""


def leaks(text: str) -> set[str]:
    digits = {window for run in re.findall(r"[0-9X]{8,}", text) for window in windows(run)}
    return (
        (digits & NUMBERS)
        | {one for one in NAMES if one in text}
        | set(re.findall(r"示例路\d+号", text))
    )


def test_the_scan_finds_what_it_should():
    assert leaks(f"他说{phone(7)}")
    assert leaks(f"身份证{id_number(8)[4:14]}")
    assert leaks(f"反映人：{name(9)}")
    assert leaks("示例路7号")
    assert not leaks(
        "138****0007 530303********0016 赵** ZY01-20260305-0007 示例路*** 2026-03-05T09:10"
    )


def person(number: int, **more: object) -> dict[str, object]:
    """One of the sixty; numbers in the running text too, as citizens write them."""
    said = f"打过{phone(number)}，也写了{id_number(number)}，{phone(number)[:3]} {phone(number)[3:7]} {phone(number)[7:]}没人接"
    usual = {
        "demand": said, "address": f"示例市示例区示例路{number}号", "failed_reason": said, "special_need": said, "remark": said,
        "contact_person": f"代{name(number)[1:]}", "contact_phone": phone(number + 100), "referred_by": "社会事务科科长",
        "missing_papers": [f"{id_number(number)}的证明"], "extra": {"另一个电话": phone(number), "证": id_number(number)},
        "items": [f"事项{number}"], "source": "hall", "source_no": f"A-{number}",
    }  # fmt: skip
    return case(number, **{**usual, **more})


@prepared
def town(desk: Desk) -> Desk:
    desk.ok("intake", "--from", "-", stdin=json.dumps([person(number) for number in PEOPLE]))
    return desk


def files(*folders: Path) -> dict[str, str]:
    """Text of every file but the ledger and its key; workbooks unpacked."""
    found = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if not path.is_file() or path.name.startswith(("ledger.db", "lookup.key")):
                continue
            if path.suffix == ".xlsx":
                book = zipfile.ZipFile(path)
                found[str(path)] = "".join(
                    book.read(one).decode("utf-8", "replace") for one in book.namelist()
                )
            else:
                found[str(path)] = path.read_bytes().decode("utf-8", "replace")
    return found


READS = (
    "", "todo", "todo --json", "list", "list --json", "list --all --format csv", "list --format tsv", "list --format md",
    "list --format ndjson", "list --format json", "list --columns case_no,reporter,phone,matter,source_no",
    "show 0001", "show 0001 --history", "show 0002 --json",
    "show 0003 --history --json", "deadline 0001", "deadline 0002 --json", "report register work", "report register work --json",
    "report register work --format csv", "report register work --format md", "report register work --out {out}/台账.xlsx",
    "report register work --out {out}/台账.csv", "report monthly --out {out}/月报", "report monthly --json", "ledger info",
    "ledger verify --full",
    "doctor", "doctor --json", "list --as demo", "list --columns case_no,phone --sort received",
)  # fmt: skip

WRITES = (
    ("triage 0001 --difficulty complex --from -", {"opinion": f"电{phone(1)}证{id_number(1)}"}),
    ("assign 0001 --lead 区市场监管局 --from -", {"require": f"联系{phone(1)}"}),
    ("sign 0001 --from -", {"plan": f"联系{phone(1)}"}),
    (
        "step 0001 --kind verify --from -",
        {"result": f"核{id_number(1)}", "paper": [f"{id_number(1)}的证"]},
    ),
    ("feedback 0001 --stage final --from -", {"text": f"已告知{phone(1)}"}),
    ("notify 0001 --kind result --from -", {"text": f"已告知{phone(1)}"}),
    ("note 0001 --from -", {"text": f"来电{phone(1)}"}),
    (
        "resolve 0001 --outcome solved --from -",
        {"measures": f"{id_number(1)}已改", "tried": phone(1)},
    ),
    ("callback 0001 --not-reached", {}),
    ("callback 0001 --reached --solved yes --grade 5 --from -", {"words": f"谢谢，{phone(1)}"}),
    ("close 0001 --from -", {"reason": f"{phone(1)}"}),
    ("archive 0001 --no 1", {}),
    ("reopen 0001 --from -", {"reason": f"{phone(1)}又打来"}),
    ("consult --from -", {"matter": f"{phone(2)}问"}),
)


def clean(said: Answer, *what: object) -> None:
    assert not leaks(said.out), (what, leaks(said.out))
    assert not leaks(said.err), (what, leaks(said.err))


def test_nothing_personal_leaves_by_default(town: Desk, tmp_path):
    before = town.entries()
    for line, said in WRITES:
        for form in ([], ["--json"]):
            if form:
                rehearsal = town(*line.split(), "--dry-run", *form, stdin=json.dumps(said))
                clean(rehearsal, line)
            else:
                clean(town.ok(*line.split(), stdin=json.dumps(said)), line)
    assert town.entries() == before + len(WRITES)
    after = town.entries()
    for line in READS:
        clean(town.ok(*line.format(out=tmp_path).split()), line)
    for form in ("table", "json", "csv"):
        clean(town("check", "--format", form), form)
    assert town.entries() == after, "a masked look writes no entry"
    found = files(town.home, tmp_path)
    assert any(file.endswith(".xlsx") for file in found)
    assert {file: leaks(text) for file, text in found.items() if leaks(text)} == {}


def test_each_way_in_answers_masked(desk: Desk, tmp_path):
    """Options, standard input, a file with a TOML name, prompts."""
    clean(
        desk.ok(
            "intake",
            "--matter",
            "户口",
            "--demand",
            f"打{phone(1)}",
            "--reporter",
            name(1),
            "--phone",
            phone(1),
        )
    )
    clean(desk.ok("intake", "--from", "-", stdin=json.dumps(person(2))))
    clean(desk.ok("intake", "--from", "-", "--json", stdin=json.dumps(person(3))))
    text = "\n".join(
        f"{key} = {json.dumps(value, ensure_ascii=False)}"
        for key, value in person(4, extra=None).items()
    )
    clean(desk.ok("intake", "--from", write(tmp_path / "件.toml", text)))
    clean(desk.ok("intake", "--from", "-", stdin=json.dumps(person(2, source_no="A-200"))))
    seen = at_terminal(
        desk,
        "intake",
        typed="\n".join(
            ["户口", "办不了", name(5), phone(5), id_number(5), "示例路5号", "", "", "", ""]
        ),
    )
    assert seen.code == 0
    told = seen.screen[seen.screen.index("ZY01-20260305") :]
    assert not leaks(told)
    (tmp_path / "件.toml").unlink()
    assert not any(leaks(text) for text in files(desk.home).values())


def test_a_number_as_a_key_is_repeated_nowhere(desk: Desk):
    """Neither alone nor in a list: `field` names the key."""
    for bad in (case(7) | {id_number(7): "x"}, [case(7) | {phone(7): "x"}]):
        said = desk("intake", "--from", "-", "--json", stdin=json.dumps(bad))
        assert said.code in (2, 40)
        assert not leaks(said.err), said.err


def test_refusals_repeat_nobodys_number(desk: Desk, tmp_path):
    """A number in the wrong place is refused without being shown: word, key, unit, date, file name, case number."""
    desk.take()
    number, call = id_number(7), phone(7)
    wrong = [
        {key: value}
        for value in (number, call)
        for key in (
            "channel",
            "demand_kind",
            "difficulty",
            "track",
            "received_at",
            "failed_on",
            "trips",
            "anonymous",
            "extra",
            "decision",
            value,
        )
    ]
    wrong += [
        {"cause": [number]},
        {"matter": number * 20},
        {"demand": [number]},
        {"phone": [call]},
        {"id_number": 5},
    ]
    for bad in wrong:
        said = desk("intake", "--from", "-", stdin=json.dumps(person(7) | bad))
        assert said.code in (2, 13, 15), bad
        clean(said, bad)
        assert said.err.count("\n") == 1
        clean(desk("intake", "--from", "-", "--json", stdin=json.dumps(person(7) | bad)), bad)
    for line in (f"show {call}", f"list --after {call}", f"list --phase {call}", f"report register {call}", f"help {call}", f"{call}",
                 f"triage 0001 --difficulty {call}", f"list --as {call}", f"calendar check {call}", f"show 0001 {call}",
                 f"pack show {call}",
                 f"list --columns {call}", f"intake --from {tmp_path}/{call}.json", f"list --{call}", f"calendar {call}"):  # fmt: skip
        said = desk(*line.split())
        assert said.code in (2, 10, 13, 14, 22, 31), line
        clean(said, line)
    clean(
        desk(
            "intake",
            "--from",
            "-",
            stdin=f'{{"reporter": "{name(7)}", "id_number": "{number}" "x"}}',
        )
    )
    clean(
        desk("calendar", "batch", "-", stdin=f"rule,start,n\nwd,{number},3\n{call},2026-03-02,3\n")
    )


def test_each_look_is_one_entry(town: Desk):
    before = town.entries()
    said = town.ok("show", "0005", "--reveal", "--reason", "核对身份").out
    assert {name(5), phone(5), id_number(5)} <= {
        one for one in (name(5), phone(5), id_number(5)) if one in said
    }
    assert town.entries() == before + 1
    told = town.json("show", "0005", "--history", "--reveal", "--reason", "核对身份")
    assert (told["reporter"], told["phone"], told["id_number"]) == (name(5), phone(5), id_number(5))
    assert town.entries() == before + 2
    said = town.ok("callback", "0005", "--dial")
    assert phone(5) in said.out
    assert not leaks(said.out.replace(phone(5), ""))
    assert town.entries() == before + 3
    assert town.json("show", "0005")["callbacks"] == {"tried": 0, "valid": 0}
    for line in ("show 0005 --reveal", "show 9999 --reveal --reason x", "callback 9999 --dial"):
        assert town(*line.split()).code in (10, 13)
    assert town.entries() == before + 3, "a look that showed nothing is not logged"
    assert town.json("ledger", "verify", "--full")["ok"]


def test_the_reason_of_a_look_is_kept_out_of_the_public_part(town: Desk):
    town.ok("show", "0005", "--reveal", "--reason", f"他来电{phone(5)}")
    import sqlite3

    connection = sqlite3.connect(town.home / "ledger.db")
    data = "".join(row[0] for row in connection.execute("SELECT data FROM entry"))
    connection.close()
    assert not leaks(data)


def test_names_of_firms_are_public(desk: Desk):
    desk.take(**case(1, reporter="示例商贸有限公司", reporter_type="enterprise"))
    assert desk.json("show", "0001")["reporter"] == "示例商贸有限公司"
