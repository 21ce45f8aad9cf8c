"""Makes the pictures of papers: `docs/pictures/papers-STORY.png` of the five places' stories, replayed, with
every paper of their cases; `docs/pictures/papers.png` with one of each kind; `docs/pictures/circular.png`.

Needs LibreOffice, pdftoppm (poppler-utils), montage and convert (imagemagick) and the Noto CJK fonts:
    python docs/picture_papers.py [STORY …]         (`every-kind`, `circular-month` for the others)
The fonts of the standard are on few machines; Noto stands in for them in the pictures.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bbcs import open_ledger
from bbcs.api import make_home
from bbcs.calendar.dates import CST
from bbcs.papers import PAPERS
from bbcs.render import pdf

PLACES = ("nanchang", "yichun", "linfen", "zhanyi", "xianan")
PICTURES = Path(__file__).parent / "pictures"
SESSIONS = Path(__file__).parents[1] / "examples" / "sessions"
LARGEST = 400_000
"""Bytes of a picture."""

FONTS = {
    "仿宋_GB2312": "Noto Serif CJK SC",
    "方正小标宋简体": "Noto Serif CJK SC",
    "宋体": "Noto Serif CJK SC",
    "楷体_GB2312": "Noto Serif CJK SC",
    "黑体": "Noto Sans CJK SC",
}
"""Font of the standard -> what stands in for it."""

BBCS = (sys.executable, "-m", "bbcs")

EVERY_KIND, CIRCULAR = "every-kind", "circular-month"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=CST)

ACTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("notify", {"kind": "one_time", "missing": ["平面图", "租赁合同"]}),
    ("gap", {"owe": ["平面图=2026-03-12", "租赁合同=现场"]}),
    ("assign", {"lead": "区市场监管局", "assist": ["区卫健局"], "require": "核新名称"}),
    ("forward", {"to": "区数据局", "reason": "归它管", "unit": "区市场监管局"}),
    ("supervise", {"kind": "remind", "unit": "区数据局", "reason": "快到期", "due": "2026-03-06"}),
    (
        "supervise",
        {"kind": "supervise", "unit": "区数据局", "reason": "没回音", "issuer": "王站长"},
    ),
    (
        "convene",
        {
            "host": "联席会议",
            "unit": ["区数据局", "区卫健局"],
            "about": "名称核准和备案怎样衔接",
            "resolution": ["三天内批名称|区数据局|2026-03-10", "备案当场办|区卫健局|2026-03-12"],
        },
    ),
    ("extend", {"days": 2, "reason": "要等评审", "told": "2026-03-02", "told_how": "phone"}),
    ("gap", {"filled": ["平面图", "租赁合同"]}),
    ("resolve", {"outcome": "solved", "measures": "改用新名称，当场备案"}),
    ("callback", {"reached": False}),
    ("callback", {"reached": True, "solved": "yes", "grade": 5, "words": "谢谢"}),
)
"""What is done on the invented case."""


def stories() -> list[str]:
    """The recorded stories of the five places."""
    return sorted(path.stem for path in SESSIONS.glob("*.txt") if path.stem.split("-")[0] in PLACES)


def picture(story: str, work: Path) -> Path | None:
    """The picture of a story, None where no case of it has a paper."""
    target, documents = documents_of(story, work)
    if not documents:
        return None
    environment = {**os.environ, "FONTCONFIG_FILE": str(fonts(work))}
    profile = f"-env:UserInstallation={(work / 'profile').as_uri()}"
    run(str(pdf.program()), profile, "--headless", "--convert-to", "pdf", "--outdir", work / "pdf",
        *documents, env=environment)  # fmt: skip
    pages = []
    for document in documents:
        made = work / "pdf" / f"{document.stem}.pdf"
        run("pdftoppm", "-r", "64", "-png", made, work / document.stem)
        pages += sorted(work.glob(f"{document.stem}-*.png"))
    made = tiled(pages, work / "made.png")
    target.write_bytes(made.read_bytes())
    return target


def documents_of(story: str, work: Path) -> tuple[Path, list[Path]]:
    """The picture of a story, and the documents on it."""
    if story == EVERY_KIND:
        return PICTURES / "papers.png", papers(every_kind(work / "home"), work)
    run(*BBCS, "demo", work / "demo", "--session", story, "--json")
    home = work / "demo" / story / "home"
    if story == CIRCULAR:
        made = work / "circular.docx"
        run(*BBCS, "report", "circular", "--month", "2026-03", "--out", made,
            env={**os.environ, "BBCS_HOME": str(home), "BBCS_NOW": "2026-03-31T17:00"})  # fmt: skip
        return PICTURES / "circular.png", [made]
    return PICTURES / f"papers-{story}.png", papers(home, work)


def every_kind(home: Path) -> Path:
    """A home with an invented case on which every paper stands, and one that was refused."""
    make_home(home, station="SL01", name="示例站", now=NOW)
    fields: dict[str, Any] = {
        "matter": "诊所执业备案",
        "demand": "名称核准系统提示禁止使用，营业执照办不下来",
        "reporter": "陈试验",
        "phone": "13800000001",
    }
    with open_ledger(home, now=NOW) as window:
        no = window.intake(**fields, difficulty="complex")["case_no"]
        for verb, options in ACTS:
            window.act(no, verb, **options)
        window.intake(**fields, decision="refuse", refusal_reason="litigation",
                      basis="示例条例第三条", remedy="可以向法院起诉")  # fmt: skip
    return home


def papers(home: Path, work: Path) -> list[Path]:
    """Every paper of the story's cases, as documents, in the order of a case's life."""
    with open_ledger(home, write=False) as ledger:
        moments = sorted(str(entry["at"]) for entry in ledger.export(entries=True))
    written: list[Path] = []
    for month in dict.fromkeys(moment[:7] for moment in moments):
        run(*BBCS, "doc", "--all", "--month", month, "--out", work / month, "--quiet",
            env={**os.environ, "BBCS_HOME": str(home), "BBCS_NOW": moments[-1][:19]})  # fmt: skip
        written += (work / month).glob("*.docx")
    titles = [kind.title for kind in PAPERS.values()]

    def place(path: Path) -> tuple[int, list[str]]:
        """By kind, then by number: the second one before the tenth."""
        title, _, number = path.stem.partition("_")
        return titles.index(title), [part.zfill(9) for part in re.split(r"(\d+)", number)]

    return sorted(written, key=place)


def fonts(work: Path) -> Path:
    """Settings that put fonts of this machine in the place of those of the standard."""
    rules = "".join(
        f'<match target="pattern"><test name="family"><string>{name}</string></test>'
        f'<edit name="family" mode="assign" binding="strong"><string>{other}</string></edit></match>'
        for name, other in FONTS.items()
    )
    path = work / "fonts.conf"
    path.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<include>/etc/fonts/fonts.conf</include>{rules}</fontconfig>",
        encoding="utf-8",
    )
    return path


def tiled(pages: list[Path], target: Path) -> Path:
    """The pages side by side, in as many colours as the largest file allows."""
    across = min(4 if len(pages) < 24 else 8, len(pages))
    for colours in (16, 8, 4):
        run("montage", *pages, "-tile", f"{across}x", "-geometry", "+5+5", "-background", "#999",
            "-colors", colours, "-depth", "8", f"PNG8:{target}")  # fmt: skip
        if target.stat().st_size <= LARGEST:
            return target
    raise SystemExit(f"{target} is larger than {LARGEST} bytes")


def run(*command: object, env: dict[str, str] | None = None) -> None:
    """Run a program; what it says is shown only when it fails."""
    done = subprocess.run(
        list(map(str, command)), capture_output=True, text=True, env=env, check=False
    )
    if done.returncode:
        raise SystemExit(f"{command[0]} {command[1]}: {done.stdout}{done.stderr}")


if __name__ == "__main__":
    for name in sys.argv[1:] or [*stories(), EVERY_KIND, CIRCULAR]:
        with TemporaryDirectory() as folder:
            made = picture(name, Path(folder))
        print(name, f"{made.stat().st_size} bytes" if made else "no paper")
