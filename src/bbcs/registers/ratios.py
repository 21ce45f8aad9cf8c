"""Every rate that the ledger can count (domain.md §3.5): the table that reports loop over."""

from __future__ import annotations

from collections.abc import Mapping

from bbcs.registers import call_ratios, rates, round_ratios

KPIS = (*rates.RATIOS, *round_ratios.RATIOS, *call_ratios.RATIOS)
"""In the order of the report."""

OF: Mapping[str, str] = {ratio.name: ratio.of for ratio in KPIS}
"""Rate -> what its denominator counts."""
