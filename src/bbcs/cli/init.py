"""`bbcs init`: makes a home for a new window: folder, ledger, rule pack and rosters."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from bbcs.cli import options, output
from bbcs.cli.click import Command
from bbcs.cli.context import agree_to_clock
from bbcs.cli.options import CommandDefinition, Values
from bbcs.cli.prompts.office import ask
from bbcs.cli.settings import Settings, at_terminal
from bbcs.config.environment import os_user, present
from bbcs.domain.acts import Field
from bbcs.domain.station import Station
from bbcs.errors import MissingInput
from bbcs.ingest.unit_lists import read_units
from bbcs.store.home import create, refuse_standing
from bbcs.store.opening import engine_of
from bbcs.usecases.ledger import Stamp
from bbcs.usecases.new_station import first_operator, make
from bbcs.usecases.office import doubt
from bbcs.views.station_changes import new_station


def _init(settings: Settings, values: Values) -> None:
    values = _asked(values, settings.folder)
    code, name, pack = values["station"], values["name"], values["pack"] or "default"
    now, clock = present()
    if clock == "system" and (reason := doubt(now, None)):
        agree_to_clock(f"{reason.what}，照此建的是练习台账", sure=settings.yes)
        clock = "set"
    who, home = first_operator(os_user(), values["operator"] or ""), settings.folder
    station = Station(
        code,
        name,
        values["level"] or "",
        "",
        values["region"] or "",
        units=read_units(Path(values["units"])).units if values["units"] else (),
        operators=(who,),
        store=values["store"] or "",
    )
    create_home = partial(create, engine=engine_of(station.store))
    created = make(home, station, pack, Stamp(who.id, now, clock), create_home)
    text = f"已建：{name}（{code}），规则包 {created.pack}，操作员 {who.name}（全部角色）\n数据目录：{home}"
    output.answer(settings, new_station(home, created), text, str(home), "下一步：bbcs intake")


def _asked(values: Values, home: Path) -> Values:
    """The same with what is missing, asked for at a terminal; MissingInput names all of it without
    one.
    """
    labels = {"station": "--station（站码）", "name": "--name（窗口名称）"}
    missing = [label for key, label in labels.items() if not values[key]]
    if not missing:
        return values
    if not at_terminal():
        raise MissingInput(missing)

    refuse_standing(home)  # before anybody types for nothing
    return ask(values, os_user())


INIT = CommandDefinition(
    "建一个新的窗口：数据目录、台账和名册",
    _init,
    (
        Field("station", "站码：2 到 12 位大写字母或数字，是受理编号的开头", required=True),
        Field("name", "窗口（站）名称", required=True),
        Field("pack", "规则包（默认 default，现有的见 bbcs pack list）", "word"),
        Field("operator", "操作员姓名（默认本机的登录名）"),
        Field("region", "地区"),
        Field("level", "层级：county township village", "word"),
        Field(
            "store", "台账放在数据库里：postgresql://主机/数据库（不写密码；默认放在数据目录里）"
        ),
        Field("units", "单位名册：xlsx 或 CSV，栏目同 bbcs station unit load", "file"),
    ),
    examples=(
        "bbcs init                            # 逐项提示",
        "bbcs init --station ZY01 --name 沾益站 --pack zhanyi --operator 李经办",
    ),
)


def command(word: str) -> Command:
    """The command."""
    return options.command(word, INIT)
