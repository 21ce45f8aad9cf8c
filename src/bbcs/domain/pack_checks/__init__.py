"""Every defect of a rule pack as a finding, by the tables of its file.

Defects of the TOML itself are found by `config.schema`.
"""

from __future__ import annotations

from collections.abc import Collection

from bbcs.domain.pack import RulePack
from bbcs.domain.pack_checks import clocks, coverage, heads, printed, rules, words
from bbcs.findings import Finding


def problems(pack: RulePack, kinds: Collection[str]) -> list[Finding]:
    """Every defect of `pack`; none means that the pack may be used.

    kinds: every kind of event there is (`bbcs.domain.acts.table.KINDS`).
    """
    return [
        *heads.heads(pack),
        *heads.sources(pack),
        *words.words(pack),
        *clocks.clocks(pack, kinds),
        *coverage.coverage(pack),
        *rules.gates(pack),
        *rules.guard(pack),
        *rules.reviewed(pack),
        *rules.closing(pack),
        *rules.extension(pack),
        *rules.callback(pack),
        *rules.accountability(pack),
        *rules.scales(pack),
        *printed.numbers(pack),
        *printed.registers(pack),
        *printed.facts(pack),
    ]
