"""Files of cases: kept once under their digest when the transaction ends well, and not otherwise; proved by verify."""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256

import pytest

from bbcs.errors import BadValue, StoreUnreachable, UsageError
from bbcs.store import attachments
from bbcs.store.home import create
from bbcs.store.opening import open_ledger
from bbcs.store.transactions import with_files
from bbcs.usecases.ledger import Stamp
from sample import at

PAPER = b"%PDF-1.4 one page"
DIGEST = sha256(PAPER).hexdigest()


@pytest.fixture
def home(tmp_path):
    create(tmp_path / "home", "ZY01", Stamp("zs", at("2026-03-02")))
    return str(tmp_path / "home")


@pytest.fixture
def paper(tmp_path):
    path = tmp_path / "受理单.pdf"
    path.write_bytes(PAPER)
    return path


def test_a_file_is_kept_under_its_digest_and_only_once(home, paper, tmp_path):
    again = tmp_path / "copy.pdf"
    again.write_bytes(PAPER)
    for path in (paper, again):
        with with_files(home, [str(path)]) as ledger:
            assert ledger.attach(str(path)) == (DIGEST, len(PAPER), path.name)
    kept = attachments.place(home, DIGEST)
    assert kept.read_bytes() == PAPER
    assert [one.name for one in kept.parent.iterdir()] == [DIGEST]
    assert kept.stat().st_mode & 0o777 == 0o600


def test_a_transaction_that_fails_keeps_nothing(home, paper):
    with pytest.raises(RuntimeError), with_files(home, [str(paper)]) as ledger:  # noqa: PT012
        ledger.attach(str(paper))
        raise RuntimeError
    assert not attachments.place(home, DIGEST).exists()


def test_a_file_that_changes_later_is_kept_as_it_was_read(home, paper):
    with with_files(home, [str(paper)]) as ledger:
        ledger.attach(str(paper))
        paper.write_bytes(b"another")
    assert attachments.place(home, DIGEST).read_bytes() == PAPER


@pytest.mark.parametrize("ends_well", [True, False])
def test_no_draft_is_left(home, paper, ends_well):
    with suppress(RuntimeError), with_files(home, [str(paper)]) as ledger:
        ledger.attach(str(paper))
        ledger.attach(str(paper))
        if not ends_well:
            raise RuntimeError
    folder = attachments.place(home, DIGEST).parent.parent
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert [path.name for path in files] == [DIGEST] * ends_well


def test_a_file_that_grows_beyond_the_limit_is_refused(home, paper, monkeypatch):
    monkeypatch.setattr(attachments, "LARGEST", len(PAPER) - 1)
    with pytest.raises(BadValue), with_files(home, [str(paper)]):
        pass
    assert not list((attachments.place(home, DIGEST).parent.parent).rglob("*"))


def test_what_is_no_file_is_refused(home, tmp_path):
    with pytest.raises(StoreUnreachable), with_files(home, [str(tmp_path / "没有.pdf")]):
        pass
    with pytest.raises(BadValue), with_files(home, [str(tmp_path)]):
        pass


def test_a_file_that_was_not_read_before_is_refused(home, paper):
    with (
        pytest.raises(UsageError, match="files"),
        open_ledger(home, write=True) as ledger,
    ):
        ledger.attach(str(paper))
    assert not list((attachments.place(home, DIGEST).parent.parent).rglob("*"))
