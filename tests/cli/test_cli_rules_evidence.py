"""Rules are evidence: no file beside the ledger bends a figure, and each that tries is named."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from cli_desk import Desk, prepared
from tampering import edit, insert_foreign_chain, ledger

from bbcs.config import items, packs

LATER = "2026-04-30T10:00"
LIST = "事项,承诺时限\n诊所备案1,20\n"


@prepared
def overdue(desk: Desk) -> Desk:
    """A home with one complex case that is overdue."""
    desk.take(difficulty="complex")
    desk.now = LATER
    assert found(desk) == (1, "0.00%（0/1）")
    return desk


def found(desk: Desk) -> tuple[int, str]:
    """How many cases are overdue, and the rate of those in time."""
    rates = desk.json("report", "monthly", "--month", "2026-03")["rates"]
    on_time = next(one["text"] for one in rates if one["name"] == "on_time_rate")
    return desk.json("list", "--overdue")["count"], on_time


def named(desk: Desk, *how: str) -> list[tuple[str, str]]:
    """Code and place of every finding of `verify`."""
    answer = desk("ledger", "verify", *how, "--json")
    assert answer.code == (21 if answer.json["findings"] else 0)
    return [(one["code"], one["where"]) for one in answer.json["findings"]]


def test_an_edited_edition_changes_nothing_not_even_by_rebuild(overdue: Desk):
    kept = packs.edition_file(overdue.home, "default", "1")
    edit(kept, "limit = 10\n", "limit = 60\n")
    for _ in range(2):
        assert found(overdue) == (1, "0.00%（0/1）")
        for how in ((), ("--full",)):
            assert named(overdue, *how) == [("copy", "packs/editions/default@1.toml")]
        doctor = overdue("doctor")
        assert (doctor.code, "default@1.toml" in doctor.out) == (1, True)
        assert "rebuild" not in doctor.out
        overdue.ok("ledger", "rebuild")
    assert "limit = 60" in kept.read_text(encoding="utf-8")


def test_every_word_of_pack_reads_an_edition_from_the_ledger(desk: Desk):
    from bbcs.api import pack_test

    edit(packs.edition_file(desk.home, "default", "1"), "limit = 10\n", 'limit = "x"\n')
    assert desk.ok("pack", "check", "default@1").out == "default@1.toml 没有问题\n"
    assert desk.ok("pack", "diff", "default@1", "default").out == "规则内容没有不同\n"
    assert "limit = 10" in desk.ok("pack", "show", "default@1").out
    desk.ok("pack", "test", "default@1")
    assert pack_test("default@1", home=desk.home)["ok"]
    assert desk.json("pack", "adopt", "default@1")["existing"] is True


def test_an_edited_text_in_the_ledger_launders_nothing(overdue: Desk):
    ledger(
        overdue.home,
        "UPDATE document SET raw = CAST(replace(CAST(raw AS TEXT), 'limit = 10', 'limit = 60') AS BLOB)",
    )
    assert found(overdue) == (1, "0.00%（0/1）")
    [finding] = overdue("ledger", "verify", "--json").json["findings"]
    assert (finding["code"], "rebuild" in finding["hint"]) == ("text", False)
    assert not [
        one
        for one in overdue("ledger", "verify", "--full", "--json").json["findings"]
        if "rebuild" in one["hint"]
    ]
    refused = overdue("ledger", "rebuild")
    assert (refused.code, "摘要不符" in refused.err) == (21, True)
    assert found(overdue) == (1, "0.00%（0/1）")
    assert overdue("doctor").code == 1


def test_what_was_read_in_a_text_is_recomputed(overdue: Desk):
    ledger(overdue.home, 'UPDATE parsed SET body = replace(body, ",10,", ",60,")')
    [(code, _)] = named(overdue)
    assert code == "projection"
    overdue.ok("ledger", "rebuild")
    assert (named(overdue, "--full"), found(overdue)) == ([], (1, "0.00%（0/1）"))


def test_the_catalogue_is_read_from_the_ledger(desk: Desk, tmp_path: Path):
    (tmp_path / "a.csv").write_text(LIST, encoding="utf-8")
    desk.ok("station", "items", "load", tmp_path / "a.csv")
    edit(desk.home / items.FILE, ",20\n", ",90\n")
    assert desk.json("station", "items", "show")["items"][0]["promised_limit"] == 20
    desk.take()
    assert named(desk) == named(desk, "--full") == [("copy", "items.csv")]
    assert "items.csv" in desk("doctor").out
    desk.ok("ledger", "rebuild")
    assert named(desk) == [("copy", "items.csv")]
    desk.ok("station", "items", "load", tmp_path / "a.csv")
    assert named(desk, "--full") == []


def test_the_cache_holds_only_what_verify_recomputes(desk: Desk):
    from binascii import crc32

    [path] = (desk.home / "cache").iterdir()
    _, _, rest = path.read_bytes().partition(b"\n")
    size = rest.rindex(b'["ZY01"')
    body = rest[size:].replace("沾益站".encode(), "别的站".encode())
    path.write_bytes(f"{size} {crc32(body)}\n".encode() + rest[:size] + body)
    assert named(desk) == [("cache", "cache/station.json")]
    assert "cache/station.json" in desk("doctor").out
    path.unlink()
    (path.parent / "pack-default@1.json").write_text("{}", encoding="utf-8")
    (path.parent / "pack-default@1.json").chmod(0o600)
    assert named(desk) == [("cache", "cache/pack-default@1.json")]


def test_another_code_in_the_station_file_is_named_and_not_followed(desk: Desk):
    number = desk.take()
    edit(desk.home / "station.toml", 'code = "ZY01"', 'code = "ZY02"')
    assert desk.json("show", number)["station"] == "ZY01"
    assert ("station", "station.toml") in named(desk)
    doctor = desk("doctor")
    assert (doctor.code, "被换过" in doctor.out) == (1, True)
    assert desk("note", number, "--text", "补充").code == 21


def test_a_foreign_chain_in_the_tables_is_named(desk: Desk, tmp_path: Path):
    other = Desk(tmp_path / "other")
    other.ok("init", "--station", "XA01", "--name", "别的站")
    other.take()
    insert_foreign_chain(desk.home, other.home)
    assert ("station", "XA01") in named(desk)
    assert ("station", "XA01") in named(desk, "--full")


# -- the station file --------------------------------------------------------------------------------------------------


def entries(desk: Desk) -> list[tuple[str, str]]:
    """Kind and `what` of the office's entries after those of `init`."""
    from bbcs.store.opening import open_ledger

    with open_ledger(desk.home) as opened:
        return [(one.kind, one.data.get("what", "")) for one in opened.office_wide() if one.seq > 2]


def by_hand(desk: Desk, text: str) -> None:
    path = desk.home / "station.toml"
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


UNIT = '\n[[units]]\nname = "区水务局"\n'
DUTY = '\n[[duty]]\nday = 2026-03-09\noperator = "demo"\n'


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (UNIT, [("StationChanged", "edited")]),
        (DUTY, [("DutySet", "")]),
        (UNIT + DUTY, [("StationChanged", "edited"), ("DutySet", "")]),
    ],
)
def test_a_roster_changed_by_hand_holds_is_named_and_becomes_an_entry(desk: Desk, text, kinds):
    by_hand(desk, text)
    if text.startswith(UNIT):
        desk.ok("assign", desk.take(difficulty="simple"), "--lead", "区水务局")
    assert named(desk) == [("roster", "station.toml")]
    doctor = desk("doctor")
    assert (doctor.code, "bbcs station sync" in doctor.out) == (1, True)
    done = desk.json("station", "sync")
    assert done["roster"] == text.startswith(UNIT)
    assert entries(desk) == kinds
    assert (named(desk, "--full"), desk.ok("doctor").code) == ([], 0)
    assert desk.json("station", "sync")["roster"] is False
    assert entries(desk) == kinds


def test_the_next_station_command_records_what_was_changed_by_hand_first(desk: Desk):
    by_hand(desk, UNIT)
    desk.ok("station", "operator", "add", "li")
    assert entries(desk) == [("StationChanged", "edited"), ("StationChanged", "operator")]
    assert named(desk, "--full") == []
    by_hand(desk, DUTY)
    desk.ok("station", "duty", "add", "2026-03-10", "li")
    desk.ok("station", "duty", "remove", "2026-03-09")
    assert [kind for kind, _ in entries(desk)[2:]] == ["DutySet"] * 3
    assert named(desk, "--full") == []


def test_only_an_administrator_syncs(desk: Desk):
    desk.ok("station", "operator", "add", "li")
    by_hand(desk, UNIT)
    assert desk("station", "sync", "--as", "li").code == 14
    assert named(desk) == [("roster", "station.toml")]


# -- homes that are older ------------------------------------------------------------------------------------------

OLD = Path(__file__).parents[1] / "store" / "fixtures" / "schema-2" / "home"


@pytest.fixture
def old(tmp_path: Path) -> Desk:
    shutil.copytree(OLD, tmp_path / "home")
    for path in (tmp_path / "home", *(tmp_path / "home").rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
    return Desk(tmp_path / "home", "2026-12-01T10:00")


ROOT = {"env": {"BBCS_AS": "root"}}


def test_an_edition_whose_digest_does_not_fit_is_not_taken_in(old: Desk):
    before = (old.home / "ledger.db").read_bytes()
    edit(old.home / "packs" / "editions" / "zhanyi@1.toml", "limit = 3", "limit = 30")
    refused = old("list", **ROOT)
    assert (refused.code, "zhanyi@1.toml" in refused.err) == (22, True)
    assert (old.home / "ledger.db").read_bytes() == before


def test_a_first_edition_that_nothing_vouches_for_is_said_and_confirmed(old: Desk):
    findings = json.loads(old("ledger", "verify", "--json", **ROOT).out)["findings"]
    assert [(one["code"], one["where"]) for one in findings] == [("unvouched", "xianan@1")]
    assert "xianan@1" in old("doctor", **ROOT).out
    old.ok("pack", "confirm", "xianan@1", **ROOT)
    assert old.json("ledger", "verify", "--full", **ROOT)["ok"]
    assert old.json("pack", "confirm", "xianan@1", **ROOT)["existing"] is True
    listed = old.json("pack", "list", **ROOT)["packs"]
    assert [one["key"] for one in listed if one["in_force"]] == ["default"]


def test_an_edition_is_written_to_a_file_that_is_named(desk: Desk) -> None:
    assert "--out" in desk.fails(2, "pack", "export", "default@1", "--yes").err
