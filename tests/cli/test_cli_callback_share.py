"""A share of callbacks drawn by lot, in a real ledger: by the digest of the case's own settlement."""

from __future__ import annotations

import sqlite3

from cli_desk import Desk

from bbcs.config import packs

CASES = 12


def test_the_lot_is_the_digest_of_the_settlement(desk: Desk, tmp_path):
    text = packs.find("default").read_text(encoding="utf-8")
    file = tmp_path / "default.toml"
    changed = text.replace('edition = "1"', 'edition = "2"', 1).replace(
        "share = 100", "share = 40", 1
    )
    file.write_text(changed, encoding="utf-8")
    desk.ok("pack", "adopt", file)
    numbers = [
        desk.ok("intake", "--matter", f"备案{number}", "--demand", "办不成", "--reporter", "陈试验", "--phone", f"138000001{number:02}",
                "--outcome", "solved", "--measures", "办好", "--difficulty", "simple", "--quiet").out.split()[0]
        for number in range(CASES)
    ]  # fmt: skip
    with sqlite3.connect(desk.home / "ledger.db") as ledger:
        lots = {
            no: int(digest, 16) % 100
            for no, digest in ledger.execute(
                "SELECT case_no, digest FROM entry WHERE kind = 'Resolved'"
            )
        }
    assert set(lots) == set(numbers)
    waiting = {one["case_no"] for one in desk.json("list", "--callback-due", "--all")["cases"]}
    assert waiting == {no for no, lot in lots.items() if lot < 40}
    for no, lot in lots.items():
        names = [one["name"] for one in desk.json("deadline", no)["clocks"]]
        assert ("callback" in names) is (lot < 40)
        desk.ok("feedback", no, "--stage", "final", "--text", "办好了")
        assert desk("close", no).code == (13 if lot < 40 else 0)
    assert desk.json("ledger", "verify", "--full")["ok"]
