"""The figures that a superior's form may ask for: of the whole office, and of one unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bbcs.domain.rates import RATES
from bbcs.record import Record
from bbcs.registers.counting import Count
from bbcs.registers.rates.sums import NOTHING, Share
from bbcs.registers.statistics.source import PeriodFigures
from bbcs.usecases import form_words, kpi, reports, statistics

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger

_WORDED = ("channel", "difficulty", "cause", "demand_kind", "outcome")


Value = int | str | Share


class FormFigures(Record):
    """All figures of a snapshot. labels: name -> label. values: of the whole office.

    of_units: unit -> name -> value, of the units that have any case.
    """

    labels: Mapping[str, str]
    values: Mapping[str, Value]
    of_units: Mapping[str, Mapping[str, Value]]

    def value(self, name: str, unit: str = "") -> Value | None:
        """One figure; None where a unit has no such figure. A unit without a case counts nought."""
        if not unit:
            return self.values.get(name)
        if name not in _UNIT_NAMES:
            return None
        empty: Value = 0 if name in form_words.count_labels() else NOTHING
        return self.of_units.get(unit, {}).get(name, empty)


_UNIT_NAMES = frozenset([*form_words.count_labels(), *form_words.rate_labels()])


def read(ledger: Ledger, month: reports.Month) -> FormFigures:
    """The figures of a snapshot that was taken of this ledger. Raises IdentityBroken."""
    office = month.office
    sums = statistics.figure_sums(office)
    month.cases.add_to([sums])
    kpis = kpi.of(ledger, statistics.compared(ledger, month, sums))
    labels = {**form_words.count_labels(), **form_words.rate_labels()}
    values: dict[str, Value] = {name: month.counts[""][name] for name in form_words.count_labels()}
    values |= {name: sums.rates[name].whole for name in RATES}
    for count in kpis.counts:
        if count.part != "flow":
            labels[_name(count)], values[_name(count)] = count.label, count.number
    for axis in _WORDED:
        for key in office.pack.words.get(axis, {}):
            labels.setdefault(f"{axis}.{key}", office.pack.label(axis, key))
            values.setdefault(f"{axis}.{key}", 0)
    labels |= {"station": "填报单位", "period": "统计月份"}
    values |= {"station": office.station.name, "period": month.period.label.partition("，")[0]}
    return FormFigures(labels, values, _of_units(statistics.figures(month, sums)))


def _name(count: Count) -> str:
    return f"{count.part}.{count.key}"


def _of_units(figures: PeriodFigures) -> dict[str, dict[str, Value]]:
    by_unit: dict[str, dict[str, Value]] = {
        unit: dict(counts)
        for unit, counts in figures.counts.items()
        if unit and any(counts.values())
    }
    for name in RATES:
        for unit, share in figures.rate(name).by_unit(figures.names).items():
            by_unit.setdefault(unit, {})[name] = share
    return by_unit
