"""`bbcs county`: the county's store on PostgreSQL, and the stations in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from bbcs.cli import context, options, output
from bbcs.cli.click import Command
from bbcs.cli.options import Argument, CommandDefinition, Values, flag
from bbcs.cli.settings import Settings
from bbcs.domain.acts import Field
from bbcs.store.postgres import connection, county_init, install, rights
from bbcs.store.postgres.partitions import PARTS
from bbcs.usecases.county import listed
from bbcs.usecases.filters import one_of
from bbcs.views import county as views, county_stations

FORMATS = ("table", "json", "csv", "tsv", "md")

_DATABASE = "bbcs"
"""The name of the database where the address gives none."""


def _init(settings: Settings, values: Values) -> None:
    address = values["url"]
    connection.check_address(address)
    codes = county_init.check_codes(values["station"] or [])
    parts = county_init.check_parts(values["parts"]) if values["parts"] else None
    where = connection.shown(address)
    roles = [*(rights.role_of(code) for code in codes), rights.COUNTY, rights.AUDITOR]
    database = unquote(urlsplit(address).path.strip("/")) or _DATABASE
    todo = views.steps(database, roles, _without_user(address))
    if values["apply"]:
        store = county_init.make(address, codes, parts)._asdict()
        document = views.document(where, roles, todo, sql=None, store=store)
        output.answer(settings, document, views.made(where, store, todo), where)
        return
    sql = install.script(codes, parts or PARTS)
    document = views.document(where, roles, todo, sql=sql, store=None)
    text = views.script(sql, todo)
    output.answer(settings, document, text, text)


def _stations(settings: Settings, values: Values) -> None:
    usual = values["format"] or settings.preferred("format") or "table"
    fmt = "json" if settings.as_json else one_of("--format", usual, FORMATS)
    office, stations = context.county(settings, lambda all: (all.own, listed(all.county, all.own)))
    if fmt == "json":
        output.echo_json(county_stations.document(stations))
    elif settings.quiet:
        output.stream(one.code for one in stations)
    else:
        output.page_table(settings, county_stations.table(stations, office), fmt)


def _without_user(address: str) -> str:
    """The address for the stations: each connects as its own role."""
    return re.sub("//[^/?@]*@", "//", address, count=1)


WORDS: Mapping[str, CommandDefinition] = {
    "stations": CommandDefinition(
        "县里各站：记录条数、末条、没了结和超期的件、编号有没有缺、台账是不是搬走了",
        _stations,
        (Field("format", f"格式：{' '.join(FORMATS)}"),),
        examples=("bbcs county stations", "bbcs county stations --json"),
    ),
    "init": CommandDefinition(
        "县级台账库：印出建表、角色和权限的 SQL，或直接执行；再执行一次无妨",
        _init,
        (
            Field("station", "给这些站建角色（可写多次）；以后再加也用它", "texts"),
            Field("parts", "每张表按站分几区，只在新建时定（默认 16，最多 64）", "int"),
            flag("apply", "直接执行，一次全成或全不成（要数据库管理员的角色）"),
        ),
        (
            Argument(
                "url",
                "地址",
                "postgresql://主机/数据库 或 postgresql:///?service=名字；不写密码",
            ),
        ),
        (
            "bbcs county init postgresql://db.example/bbcs --station ZY01 --station ZY02 > county.sql",
            "bbcs county init postgresql://db.example/bbcs --station ZY03 --apply",
        ),
    ),
}


def command(word: str) -> Command:
    """The group."""
    return options.group(word, "县级：PostgreSQL 上各站共用的台账库，各站的概况", WORDS)
