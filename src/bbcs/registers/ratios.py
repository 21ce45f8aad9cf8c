"""Every rate that the ledger can count (domain.md §3.5): the table that reports loop over."""

from __future__ import annotations

from collections.abc import Mapping

from bbcs.record import Record
from bbcs.registers import call_ratios, rates, round_ratios

KPIS = (*rates.RATIOS, *round_ratios.RATIOS, *call_ratios.RATIOS)
"""In the order of the report."""

OF: Mapping[str, str] = {ratio.name: ratio.of for ratio in KPIS}
"""Rate -> what its denominator counts."""


class Formula(Record):
    """How a rate is counted, in words: what of its denominator is in the numerator (`hits`), and
    where the formula comes from (`source`; domain.md §3.5)."""

    hits: str
    source: str


FORMULAS: Mapping[str, Formula] = {
    "acceptance_rate": Formula("分母里已受理的", "通行"),
    "response_rate": Formula("首次联系时限内联系了反映人的", "通行，时限按规则包；口径未核实"),
    "sign_on_time_rate": Formula("签收时限内签收（或退回、转给别的单位）的", "报道有此名"),
    "closing_rate": Formula("本期办结或撤回的件", "按公布的数核过"),
    "on_time_rate": Formula(
        "分母里第一轮没有超期的（按时办结的，和还在办且没过期的）",
        "按公布的数核过（某县热线 2023-09：1469/1472）",
    ),
    "overdue_rate": Formula("分母里第一轮超期的", "公开表格的栏"),
    "overdue_closed_rate": Formula("其中超期办结的", "公开表格的栏（超期已办结）"),
    "overdue_open_rate": Formula("其中超期还没办结的", "公开表格的栏（超期未办结）"),
    "resolution_rate": Formula(
        "分母里确已解决的：有回访以反映人说的为准，没有回访以办理结果为准",
        "按公布的数核过（丰城 2025-05：3112/3456）",
    ),
    "termination_rate": Formula("分母里最后一轮按终止办结的", "菏泽条例：终止另计"),
    "satisfaction_rate": Formula("分母里最后一次有效回访计为满意的", "通行；分母未核实"),
    "callback_rate": Formula("分母里打过回访的，打没打通都算", "通行"),
    "valid_callback_rate": Formula("打通了的", "按公布的数核过"),
    "redo_rate": Formula("分母里本期又重办的", "拟定；热线的表多除以受理数"),
    "return_rate": Formula("分母里被退回的", "报道有此名"),
    "extension_rate": Formula("分母里批准过延期的", "拟定"),
    "good_rate": Formula("分母里不是差评的", "国办发〔2019〕51号：后两档是差评"),
    "rectified_rate": Formula("整改了的：整改时限已停，或其后一次回访计为满意", "未核实"),
    "promise_rate": Formula("分母里在约定的日期或以前有反馈、告知或回访的", "拟定"),
    "active_rate": Formula("分母里反映人自己评价过的（逾期默认的不算）", "未核实"),
    "final_on_time_rate": Formula(
        "分母里最后一轮没有超期的（按时办结的，和还在办且没过期的）", "拟定"
    ),
    "first_resolution_rate": Formula("分母里第一轮就解决、没有重办过的", "拟定"),
    "first_satisfaction_rate": Formula(
        "分母里首次有评价的那一轮，最后一次有效回访计为满意的", "拟定"
    ),
    "caller_apart_rate": Formula(
        "不是承办人自己打的；没写承办人、也没有单位主办的，当天记下办结的人就是承办人", "拟定"
    ),
    "mismatch_rate": Formula("反映人说的（解决、部分、没有解决）与该轮办理结果不一致的", "拟定"),
    "given_good_rate": Formula("分母里不是差评的", "拟定"),
    "default_rate": Formula("默认评价", "拟定"),
}
"""Rate -> its formula; what its denominator counts is `OF`."""
