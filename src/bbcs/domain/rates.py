"""The table of rates (比率, domain.md §3.5): every report, score, form, schema and page is made of it.

How the cases of a rate are counted stands under its name in `bbcs.registers.rates`.
"""

from __future__ import annotations

from collections.abc import Mapping

from bbcs.record import Record


class RateDefinition(Record):
    """What one rate says.

    of: what its denominator counts, hits: what of that is in its numerator, source: where the
    formula comes from; all in Chinese. lower_is_better: a score takes what is left to 100 %.
    monthly: its position in the monthly report, 0 = only in `report kpi`. of_units: whether the
    tables of units always show it. leaves_out: the word of `exclude` that leaves a case out of it,
    "" for none. apart: whether terminated cases are listed apart too.
    """

    name: str
    label: str
    of: str
    hits: str
    source: str
    lower_is_better: bool = False
    monthly: int = 0
    of_units: bool = False
    leaves_out: str = ""
    apart: bool = False

    def formula(self) -> dict[str, str]:
        """The words of its formula, as documents have them."""
        return {"of": self.of, "hits": self.hits, "source": self.source}


_TIMED = "本期首轮有办理时限的件（含上期结转）"
_CLOSED = "本期办结的件（撤回的不算）"
_IN_TIME = "没有超期的（按时办结的，和还在办且没过期的）"

_ROWS = (
    RateDefinition("acceptance_rate", "受理率", "本期登记的件", "分母里已受理的", "通行"),
    RateDefinition(
        "response_rate",
        "响应率",
        "本期起算、已联系或时限已过的首次联系",
        "首次联系时限内联系了反映人的",
        "通行，时限按规则包；口径未核实",
    ),
    RateDefinition(
        "sign_on_time_rate",
        "按时签收率",
        "本期发出、已签收（报到）或时限已过的交办单",
        "签收时限内签收（或退回、转给别的单位）的",
        "报道有此名",
    ),
    RateDefinition(
        "closing_rate",
        "办结率",
        "本期的件，不予受理和转出的除外",
        "本期办结或撤回的件",
        "按公布的数核过",
        monthly=2,
        of_units=True,
    ),
    RateDefinition(
        "on_time_rate",
        "首轮按时办结率",
        _TIMED,
        f"分母里第一轮{_IN_TIME}",
        "按公布的数核过（某县热线 2023-09：1469/1472）",
        monthly=1,
        of_units=True,
        leaves_out="on_time",
    ),
    RateDefinition(
        "overdue_rate",
        "首轮超期率",
        _TIMED,
        "分母里第一轮超期的",
        "公开表格的栏",
        lower_is_better=True,
        leaves_out="on_time",
    ),
    RateDefinition(
        "overdue_closed_rate",
        "其中：首轮超期办结",
        _TIMED,
        "其中超期办结的",
        "公开表格的栏（超期已办结）",
        lower_is_better=True,
        leaves_out="on_time",
    ),
    RateDefinition(
        "overdue_open_rate",
        "其中：首轮超期未办结",
        _TIMED,
        "其中超期还没办结的",
        "公开表格的栏（超期未办结）",
        lower_is_better=True,
        leaves_out="on_time",
    ),
    RateDefinition(
        "resolution_rate",
        "解决率",
        _CLOSED,
        "分母里确已解决的：有回访以反映人说的为准，没有回访以办理结果为准",
        "按公布的数核过（丰城 2025-05：3112/3456）",
        monthly=3,
        of_units=True,
        apart=True,
    ),
    RateDefinition(
        "termination_rate",
        "终止率",
        _CLOSED,
        "分母里最后一轮按终止办结的",
        "菏泽条例：终止另计",
        lower_is_better=True,
    ),
    RateDefinition(
        "satisfaction_rate",
        "满意率",
        "本期打通了回访的件",
        "分母里最后一次有效回访计为满意的",
        "通行；分母未核实",
        monthly=5,
        of_units=True,
        leaves_out="satisfaction",
        apart=True,
    ),
    RateDefinition(
        "callback_rate",
        "回访率",
        f"{_CLOSED}，看最后一轮",
        "分母里打过回访的，打没打通都算",
        "通行",
        monthly=4,
        leaves_out="callback",
    ),
    RateDefinition(
        "valid_callback_rate",
        "有效回访率",
        "本期打的回访电话",
        "打通了的",
        "按公布的数核过",
        leaves_out="callback",
    ),
    RateDefinition(
        "redo_rate",
        "重办率",
        "本期办结的件，加以前办结、本期重办的，各算一次",
        "分母里本期又重办的",
        "拟定；热线的表多除以受理数",
        lower_is_better=True,
        monthly=6,
        of_units=True,
    ),
    RateDefinition(
        "return_rate",
        "回退率",
        "本期发出的交办单（转办来的也算）",
        "分母里被退回的",
        "报道有此名",
        lower_is_better=True,
    ),
    RateDefinition(
        "extension_rate", "延期率", _TIMED, "分母里批准过延期的", "拟定", lower_is_better=True
    ),
    RateDefinition(
        "good_rate",
        "好评率",
        "本期的评价",
        "分母里不是差评的",
        "国办发〔2019〕51号：后两档是差评",
        leaves_out="satisfaction",
        apart=True,
    ),
    RateDefinition(
        "rectified_rate",
        "差评整改率",
        "本期的差评",
        "整改了的：整改时限已停，或其后一次回访计为满意",
        "未核实",
    ),
    RateDefinition(
        "promise_rate",
        "约定兑现率",
        "本期到了日期、已兑现或到期的约定",
        "分母里在约定的日期或以前有反馈、告知或回访的",
        "拟定",
    ),
    RateDefinition(
        "active_rate",
        "主动评价率",
        _CLOSED,
        "分母里反映人自己评价过的（逾期默认的不算）",
        "未核实",
    ),
    RateDefinition(
        "final_on_time_rate",
        "末轮按时办结率",
        "本期最后一轮有办理时限的件（含上期结转）",
        f"分母里最后一轮{_IN_TIME}",
        "拟定",
        leaves_out="on_time",
    ),
    RateDefinition(
        "first_resolution_rate",
        "首轮解决率",
        _CLOSED,
        "分母里第一轮就解决、没有重办过的",
        "拟定",
        apart=True,
    ),
    RateDefinition(
        "first_satisfaction_rate",
        "首轮满意率",
        "本期打通了回访的件，看首次有评价的一轮",
        "分母里首次有评价的那一轮，最后一次有效回访计为满意的",
        "拟定",
        leaves_out="satisfaction",
        apart=True,
    ),
    RateDefinition(
        "caller_apart_rate",
        "回访人非承办人比率",
        "本期有效回访（次），不知道承办人的不算",
        "不是承办人自己打的；没写承办人、也没有单位主办的，当天记下办结的人就是承办人",
        "拟定",
    ),
    RateDefinition(
        "mismatch_rate",
        "办结与回访不一致率",
        "本期回访答了是否解决的件，一轮一次，看最后一次",
        "反映人说的（解决、部分、没有解决）与该轮办理结果不一致的",
        "拟定",
        lower_is_better=True,
    ),
    RateDefinition(
        "given_good_rate",
        "主动评价好评率",
        "本期的评价，不含默认评价",
        "分母里不是差评的",
        "拟定",
        leaves_out="satisfaction",
        apart=True,
    ),
    RateDefinition(
        "default_rate", "默认评价占比", "本期的评价", "默认评价", "拟定", lower_is_better=True
    ),
)

RATES: Mapping[str, RateDefinition] = {one.name: one for one in _ROWS}
"""Every rate that the ledger can count, by name, in the order of `report kpi`; a score may weigh
each of them."""

MONTHLY = tuple(sorted((one for one in _ROWS if one.monthly), key=lambda one: one.monthly))
"""The rates of the monthly report, in its order."""

OF_UNITS = tuple(one for one in _ROWS if one.of_units)
"""The rates that the tables of units always show."""
