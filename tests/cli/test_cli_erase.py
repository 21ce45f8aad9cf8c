"""`ledger erase`: nothing of the people of a case is left in the home, and everything else is as it was."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
from cli_desk import Desk, id_number, name, phone
from tampering import ledger

import killing
from bbcs.api import Home, import_full, restore
from bbcs.store import erasing, home_log
from bbcs.store.opening import open_ledger
from bbcs.store.sqlite import session
from faulty import FAULTS, Faulty

NO, OTHER = "ZY01-20260305-0001", "ZY01-20260305-0002"
WHY = ("--reason", "本人书面申请", "--basis", "个人信息保护法第四十七条")
ERASE = ("ledger", "erase", "0001", *WHY, "--yes")
ADDRESS = "临汾市尧都区滏阳街88号"
SAID = "夤缘攀附"
"""Characters that stand nowhere else."""

SECRETS = (name(1), phone(1), id_number(1), "滏阳街88号", SAID, "鬻文")
"""What must be gone: name, phone, identity number, address, what was said and done."""


def ended(desk: Desk, number: int, **more: object) -> str:
    """A case with personal texts of every kind, to its end."""
    no = desk.take(
        number=number,
        demand=f"{name(number)}说{SAID}{number}，电话{phone(number)}",
        address=ADDRESS,
        extra={"来信": f"{SAID}{number}"},
        difficulty="simple",
        **more,
    )
    desk.ok("step", no, "--kind", "会商", "--result", f"{SAID}鬻文{number}")
    desk.ok("feedback", no, "--stage", "final", "--text", f"告知{name(number)}")
    desk.ok("resolve", no, "--outcome", "已解决", "--measures", f"给{name(number)}办了{SAID}")
    desk.ok(
        "callback", no, "--reached", "--solved", "yes", "--grade", "5", "--words", f"{SAID}好", "--close"
    )  # fmt: skip
    return no


@pytest.fixture(scope="module")
def office(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Case 1 is to be erased; 2 is another one's; 3 is open."""
    folder = tmp_path_factory.mktemp("erase")
    desk = Desk(made).copied(folder)
    for word, text in (("own", "只属于一件"), ("shared", "两件都有")):
        (folder / f"{word}.txt").write_text(text, encoding="utf-8")
    assert ended(desk, 1) == NO
    desk.ok("attach", "0001", folder / "own.txt", "--title", f"{name(1)}的证")
    desk.ok("attach", "0001", folder / "shared.txt")
    words = json.dumps({"field": "demand", "new": f"{SAID}改过", "why": f"{name(1)}要求"})
    desk.ok("correct", "0001", "--from", "-", stdin=words)
    ended(desk, 2)
    desk.ok("attach", "0002", folder / "shared.txt")
    desk.take(number=3, difficulty="simple")
    return desk


@pytest.fixture
def desk(office: Desk, tmp_path: Path) -> Desk:
    return office.copied(tmp_path)


def holding(home: Path, texts: Iterable[str]) -> list[tuple[str, str]]:
    """Which files hold which of these texts, byte for byte."""
    raw = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    return [(path.name, text) for path, it in raw.items() for text in texts if text.encode() in it]


def month(desk: Desk) -> object:
    """Every figure of the month."""
    its = desk.json("report", "monthly", "--month", "2026-03")
    kpi = desk.json("report", "kpi", "--month", "2026-03")
    return (
        its["counts"],
        its["units"],
        its["rates"],
        its["identity_holds"],
        kpi["rates"],
        kpi["counts"],
    )


def test_nothing_of_the_people_is_left_and_all_else_is_as_it_was(desk: Desk) -> None:
    assert {text for _, text in holding(desk.home, SECRETS)} == set(SECRETS)
    figures, other = month(desk), desk.json("show", "0002", "--history")
    before = desk.entries()
    done = desk.json(*ERASE)
    assert (done["schema"], done["case_nos"], done["attachments"]) == ("bbcs.erased/1", [NO], 1)
    assert (done["entries"], done["settled"], done["remnants"]) == (8, True, [])
    assert desk.entries() == before + 1
    mine = [text for text in SECRETS if text not in (SAID, "鬻文", "滏阳街88号")]
    assert holding(desk.home, [*mine, f"{SAID}1", "鬻文1", f"{SAID}改过", "只属于一件"]) == []
    assert desk.ok("search", name(1)).out == desk.ok("search", phone(1)).out
    assert NO not in desk.ok("search", name(1)[:2]).out
    assert month(desk) == figures
    assert desk.json("show", "0002", "--history") == other
    assert desk("attach", "0002", "--get", "shared.txt", "--out", desk.home.parent / "x").code == 0
    for how in ((), ("--full",)):
        desk.ok("ledger", "verify", *how)
    desk.ok("ledger", "rebuild")
    desk.ok("ledger", "verify", "--full")


def test_a_write_ahead_log_is_emptied_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasing, "WAIT", 0.2)
    with closing(sqlite3.connect(desk.home / "ledger.db")) as connection:
        connection.execute("PRAGMA journal_mode=wal")
    with open_ledger(desk.home):  # keeps the log from going with the last program
        desk.ok("note", "0003", "--text", "看过")
        assert desk.json(*ERASE)["settled"] is False
    with closing(sqlite3.connect(desk.home / "ledger.db")) as held:
        held.execute("SELECT count(*) FROM entry").fetchone()
        again = desk.json("ledger", "erase", "0001", *WHY, "--yes")
        assert (again["settled"], again["entries"], again["seq"]) == (True, 0, None)
        assert holding(desk.home, [name(1), phone(1), id_number(1), "鬻文1"]) == []


def test_views_papers_and_what_is_printed_as_of_before_say_that_it_was_erased(
    desk: Desk, tmp_path: Path
) -> None:
    desk.ok(*ERASE)
    shown = desk.ok("show", "0001", "--history").out
    assert "（已清除）" in shown
    assert desk.json("show", "0001")["flags"] == ["erased"]
    assert [row["case_no"] for row in desk.json("list", "--all", "--flag", "已清除")["cases"]] == [
        NO
    ]
    desk.ok("show", "0001", "--reveal", "--reason", "核对")
    desk.ok("deadline", "0001")
    desk.ok("slip", "0001")
    for kind in ("acceptance", "result"):
        desk("doc", "0001", "--kind", kind)
    printed = desk.ok("report", "register", "work", "--month", "2026-03", "--format", "md").out
    earlier = desk.ok(
        "report", "register", "work", "--month", "2026-03", "--format", "md", "--as-of", "2026-03-05T09:10"
    ).out  # fmt: skip
    for text in (shown, printed, earlier):
        assert not any(secret in text for secret in SECRETS[:4])
    assert "已清除" in printed
    assert "已清除" in earlier
    found = desk.fails(13, "attach", "0001", "--get", "shared.txt", "--out", tmp_path / "y")
    assert "没有" in found.err
    desk.ok("check") if desk("check").code == 0 else desk.fails(1, "check")
    desk.ok("export", "--entries", "--format", "ndjson", "--out", tmp_path / "e.ndjson")
    assert not any(secret in (tmp_path / "e.ndjson").read_text() for secret in SECRETS[:4])


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("0003", *WHY, "--yes"), 11, "不能清除"),
        (("0001", "0003", *WHY, "--yes"), 11, "不能清除"),
        (("0009", *WHY, "--yes"), 10, "没有编号"),
        (("0001", "--basis", "法", "--yes"), 2, "--reason"),
        (("0001", "--reason", "申请", "--yes"), 2, "--basis"),
        (("0001", "--reason", f"{name(1)}申请", "--basis", "法", "--yes"), 2, "不能写"),
        (("0001", "--reason", "申请", "--basis", f"{name(1)}来信", "--yes"), 2, "不能写"),
        (("0001", *WHY), 15, "没有确认"),
    ],
)
def test_what_is_refused_leaves_everything(desk: Desk, words, code, says) -> None:
    before = desk.entries()
    assert says in desk.fails(code, "ledger", "erase", *words).err
    assert desk.entries() == before
    desk.ok("ledger", "verify", "--full")
    assert NO in desk.ok("search", name(1)).out


def test_only_an_administrator_erases(desk: Desk) -> None:
    desk.ok(
        "station",
        "operator",
        "add",
        "li",
        "--name",
        "李经办",
        "--role",
        "clerk",
        "--role",
        "leader",
    )
    desk.fails(14, *ERASE, "--as", "li")


def test_an_archived_case_is_kept_to_the_end_of_its_term(desk: Desk) -> None:
    desk.ok("archive", "0001", "--no", "1", "--term", "10")
    assert "2036-12-31" in desk.fails(13, *ERASE).err
    desk.now = "2037-01-01T09:00"
    desk.ok(*ERASE)
    desk.now = "2026-03-05T09:10"
    desk.ok("archive", "0002", "--no", "2", "--term", "permanent")
    desk.now = "2090-01-01T09:00"
    assert "永久" in desk.fails(13, "ledger", "erase", "0002", *WHY, "--yes").err


def test_what_still_runs_keeps_a_case_from_being_erased(desk: Desk) -> None:
    desk.ok(
        "supervise", "0002", "--kind", "督办", "--unit", "公安局", "--reason", "要整改", "--due", "2026-03-20"
    )  # fmt: skip
    erase = ("ledger", "erase", "0002", *WHY, "--yes")
    assert "没了的期限" in desk.fails(13, *erase).err
    desk.ok("supervise", "0002", "--answer", "0002-督1", "--text", "改了")
    desk.ok(*erase)


def test_a_public_field_with_the_name_is_told(desk: Desk) -> None:
    desk.ok("merge", "0003", "--group", f"{name(3)}案", "--sort", "历史项目")
    for words in (
        ("resolve", "0003", "--outcome", "已解决", "--measures", "办了"),
        ("callback", "0003", "--reached", "--solved", "yes", "--grade", "5", "--close"),
    ):
        desk.ok(*words)
    done = desk.json("ledger", "erase", "0003", *WHY, "--yes")
    assert [(one["kind"], one["field"]) for one in done["remnants"]] == [("Merged", "group")]


def test_backups_made_before_are_named(desk: Desk, tmp_path: Path) -> None:
    made = desk.json("ledger", "backup", "--plain", "--to", tmp_path / "usb")["file"]
    done = desk.ok(*ERASE)
    assert made in done.out
    assert "另做一份备份" in done.err
    assert home_log.BACKUPS.name in {path.name for path in (desk.home / "log").iterdir()}


def test_a_backup_and_a_full_export_of_it_hold_and_are_taken_in_again(
    desk: Desk, tmp_path: Path
) -> None:
    desk.ok(*ERASE)
    back = desk.json("ledger", "backup", "--plain", "--to", tmp_path / "usb")["file"]
    restored = restore(back, tmp_path / "restored")
    assert restored["verified"]
    assert holding(tmp_path / "restored", [name(1), phone(1), id_number(1)]) == []
    desk.ok("export", "--full", "--reason", "移交", "--out", tmp_path / "whole.ndjson")
    taken = import_full(tmp_path / "whole.ndjson", tmp_path / "taken")
    assert taken["verified"]
    Desk(tmp_path / "taken").ok("ledger", "verify", "--full")
    other = Desk(tmp_path / "taken")
    other.ok("export", "--full", "--reason", "移交", "--out", tmp_path / "again.ndjson")


BODY = f"(SELECT min(station_seq) FROM entry WHERE case_no = '{OTHER}')"


def test_a_body_that_is_gone_without_an_entry_is_found_after_an_erasure_too(desk: Desk) -> None:
    desk.ok(*ERASE)
    ledger(desk.home, f"DELETE FROM personal WHERE station_seq = {BODY}")
    assert "又没有清除记录" in desk.fails(21, "ledger", "verify").out


def test_a_body_that_is_put_back_is_found(desk: Desk, tmp_path: Path) -> None:
    with closing(sqlite3.connect(desk.home / "ledger.db")) as connection:
        row = connection.execute(
            "SELECT p.* FROM personal p JOIN entry e USING (station, station_seq) WHERE e.case_no = ?",
            (NO,),
        ).fetchone()
    desk.ok(*ERASE)
    ledger(desk.home, lambda own: own.execute("INSERT INTO personal VALUES (?, ?, ?, ?)", row))
    assert "又被放了回来" in desk.fails(21, "ledger", "verify").out
    desk.fails(21, "ledger", "verify", "--full")


def test_an_attachment_that_was_left_is_found_and_removed_the_second_time(
    desk: Desk, tmp_path: Path
) -> None:
    kept = {
        path: path.read_bytes() for path in (desk.home / "attachments").rglob("*") if path.is_file()
    }
    desk.ok(*ERASE)
    (gone,) = [path for path in kept if not path.exists()]
    gone.write_bytes(kept[gone])
    assert "应随个人信息清除" in desk.fails(21, "ledger", "verify").out
    done = desk.json(*ERASE)
    assert (done["entries"], done["attachments"]) == (0, 1)
    desk.ok("ledger", "verify", "--full")


def test_life_may_go_on_and_be_erased_once_more(desk: Desk) -> None:
    desk.ok(*ERASE)
    desk.ok("note", "0001", "--text", f"{SAID}又来")
    desk.ok("ledger", "verify", "--full")
    assert desk.json(*ERASE)["entries"] == 1
    desk.ok("ledger", "verify", "--full")
    assert holding(desk.home, [f"{SAID}又来"]) == []


def test_the_python_api_does_the_same(desk: Desk) -> None:
    done = Home(desk.home, actor="demo").erase("0001", reason="本人申请", basis="法")
    assert (done["schema"], done["case_nos"]) == ("bbcs.erased/1", [NO])
    assert holding(desk.home, [name(1), phone(1)]) == []


# -- ended or failing on the way -------------------------------------------------------------------

JOURNALS = ("truncate", "wal")
UNREACHED = 1_000_000
"""A call that no run makes."""

LEFT = "应随个人信息清除"
"""What `verify` says of an attachment that an ended program did not come to remove."""


def erasing_of(desk: Desk) -> Callable[[], object]:
    """The erasure of the first case, in the present process."""
    home = Home(desk.home, actor="demo", now=datetime.fromisoformat(f"{desk.now}+08:00"))
    return partial(home.erase, "0001", reason="本人书面申请", basis="个人信息保护法第四十七条")


def journalled(desk: Desk, journal: str, folder: Path) -> Desk:
    """A copy of the desk whose ledger is in this journal mode."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    copy = desk.copied(folder)
    with closing(sqlite3.connect(copy.home / "ledger.db")) as connection:
        connection.execute(f"PRAGMA journal_mode={journal}")
    return copy


def was_erased(desk: Desk, entries: int, *, whole: bool = False) -> bool:
    """Whether the case was erased, which it is wholly or not at all.

    entries: before it. whole: nothing is left that an ended program did not come to remove.
    """
    with closing(
        sqlite3.connect(f"file:{desk.home / 'ledger.db'}?mode=rw", uri=True)
    ) as connection:
        bodies = connection.execute(
            "SELECT count(*) FROM personal p JOIN entry e USING (station, station_seq)"
            " WHERE e.case_no = ?",
            (NO,),
        ).fetchone()[0]
    erased = desk.entries() > entries
    assert (desk.entries() - entries, bodies) == ((1, 0) if erased else (0, 8))
    assert (NO in desk.ok("search", name(1)).out) is not erased
    proof = desk("ledger", "verify", "--full", "--json")
    findings = [one["what"] for one in proof.json["findings"]]
    assert [what for what in findings if LEFT not in what] == []
    assert not findings or (erased and not whole)
    return erased


def finish(desk: Desk, entries: int) -> None:
    """Erases once more: now all is gone, and the ledger is whole."""
    erasing_of(desk)()
    assert was_erased(desk, entries, whole=True)
    assert holding(desk.home, [name(1), phone(1), id_number(1), "鬻文1", "只属于一件"]) == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a forked process")
@pytest.mark.parametrize("journal", JOURNALS)
def test_killed_at_any_write_nothing_or_everything_is_erased(
    desk: Desk, tmp_path: Path, journal: str
) -> None:
    entries, trial = desk.entries(), journalled(desk, journal, tmp_path / "trial")
    work = erasing_of(trial)
    largest, ended = (desk.home / "ledger.db").stat().st_size, []
    for kill in killing.kills(work, largest, 12):
        journalled(desk, journal, tmp_path / "trial")
        killed = kill()
        ended.append((killed, was_erased(trial, entries)))
        finish(trial, entries)
    assert {(True, False), (True, True)} <= set(ended)  # before the commit, and after it
    assert sum(killed for killed, _ in ended) > len(ended) * 0.7


@pytest.mark.parametrize(
    ("fault", "after"), [("full", False), ("busy", False), ("keyboard", True), ("ioerr", True)]
)
def test_a_fault_at_any_call_erases_nothing_or_everything(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str, after: bool
) -> None:
    entries, real = desk.entries(), session.connect
    raised, refusal = FAULTS[fault]
    found = set()

    def attempt(number: int) -> Desk:
        """The erasure with a fault at its call of this number."""
        trial = journalled(desk, "truncate", tmp_path / "trial")
        Faulty.left, Faulty.after, Faulty.fault = number, after, raised
        with monkeypatch.context() as patched:
            patched.setattr(session, "connect", lambda home, wait, *_: real(home, wait, Faulty))
            with suppress(refusal):
                erasing_of(trial)()
        return trial

    attempt(UNREACHED)
    calls = UNREACHED - Faulty.left
    assert calls > 50
    for number in killing.points(calls, 7):
        trial = attempt(number)
        assert Faulty.left <= 0
        found.add(was_erased(trial, entries))
        finish(trial, entries)
    assert found >= (
        {True} if fault == "busy" else {False, True}
    )  # who is kept waiting tries again


def test_an_interruption_after_the_erasure_does_not_say_that_nothing_changed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(home: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(erasing, "sweep_copies", interrupted)
    words = ("--reason", "本人书面申请", "--basis", "个人信息保护法第四十七条", "--yes")
    said = desk("ledger", "erase", "0001", *words)
    assert "已中断" in said.err
    assert "没有改动" not in said.err
    assert "已清除" in desk.ok("show", "0001").out
