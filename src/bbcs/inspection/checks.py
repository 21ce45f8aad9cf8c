"""The table of checks. The command, `bbcs help checks` and the reference come from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from bbcs.domain.case import REPEAT_DAYS
from bbcs.inspection import (
    accountability,
    answers,
    bent,
    causes,
    clocks,
    dates,
    month,
    numbers,
    orders,
    papers,
    people,
    privacy,
    promises,
    protection,
)
from bbcs.inspection.case_view import CaseProblem, CaseView, Problem
from bbcs.inspection.context import InspectionContext
from bbcs.record import Record

GRADES: Mapping[str, str] = {"error": "错误", "warning": "警告", "info": "提示"}
"""Grade -> what people read."""


class AggregateCheck(Protocol):
    """A check over many cases. It sees each case once, in the order of the case numbers."""

    def see(self, one: CaseView) -> Iterable[Problem]:
        """What is wrong with this case, in the light of the cases before."""
        ...

    def findings(self) -> Iterable[CaseProblem]:
        """What is wrong with all of them; asked once, after the last case."""
        ...


class Check(Record):
    """One check. It has either a function for one case, or an aggregate class.

    kinds: only a case with an entry of one of these kinds is asked; none: every case.
    all_cases: the aggregate sees all cases, also those that were not selected.
    """

    grade: str
    title: str
    function: Callable[[CaseView], Iterable[Problem]] | None = None
    aggregate: Callable[[InspectionContext], AggregateCheck] | None = None
    kinds: frozenset[str] = frozenset()
    all_cases: bool = False


CHECKS: Mapping[str, Check] = {
    "C01": Check(
        "error", "编号缺失、重复、断号或一号两用", aggregate=numbers.Numbers, all_cases=True
    ),
    "C02": Check(
        "error",
        "必填栏空着：反映人、渠道、事项、诉求、单位、结果、措施",
        papers.empty,
    ),
    "C03": Check(
        "error",
        "日期颠倒：后一步早于前一步，没办结先回访，归档后还有反馈",
        dates.order,
    ),
    "C04": Check(
        "error",
        "存的到期日（或原台账写的）与重算的不同，写明日历和规则包版次",
        clocks.stored_due,
    ),
    "C05": Check(
        "error",
        "超期没有延期、超期后改定级；延期申请或批准过晚、超过上限或次数、没告知",
        clocks.extensions,
    ),
    "C06": Check(
        "error", "没了结而已超期（容缺见 C23）；过了签收时限始终没签收的交办单", clocks.overdue
    ),
    "C07": Check(
        "error",
        "办结没有联系过反映人；结案没有最终答复、结果告知或回访",
        answers.contact,
        kinds=frozenset({"Resolved", "Closed"}),
    ),
    "C08": Check(
        "error",
        "按“办不了”答复没有依据或救济途径；终止办理没有依据、证据或第二签字人",
        papers.negative,
        kinds=frozenset({"Resolved"}),
    ),
    "C09": Check(
        "error",
        "不予受理没有理由，或理由不在清单里",
        papers.refused,
        kinds=frozenset({"Refused"}),
    ),
    "C10": Check(
        "warning",
        "没回访、次数不够；有效回访没有时间和回访人；承办人自己回访",
        answers.callbacks,
    ),
    "C11": Check(
        "warning",
        "回访不满意，没有重办、原因和第二次结果，也没有经批准结案",
        answers.dissatisfied,
        kinds=frozenset({"CalledBack"}),
    ),
    "C12": Check(
        "error",
        f"结案不合结案条件；办结或结案过了 {answers.LEFT} 个工作日还没销号、归档",
        answers.struck_off,
    ),
    "C13": Check("error", "状态是已了结，却没有办结或撤回的记录", answers.unsettled),
    "C14": Check(
        "error",
        "交办没有单位、有协办没有主办、两个主办；四个一律的环节在窗口以外办",
        orders.leads,
        kinds=frozenset({"Assigned", "Stepped"}),
    ),
    "C15": Check(
        "warning",
        f"退回超过 {orders.RETURNS} 次、转办超过 {orders.TRANSFERS} 次；该提级没有提级",
        orders.passed_on,
    ),
    "C16": Check(
        "warning",
        f"{REPEAT_DAYS} 天内同一人反映同一事项，没有关联也没有并案",
        aggregate=people.Repeats,
    ),
    "C17": Check(
        "info",
        f"近 {causes.COMMON_DAYS} 天同一原因有 {causes.COMMON} 件以上，没有改进的记录",
        aggregate=causes.Causes,
    ),
    "C18": Check(
        "error",
        f"月度平衡式不成立；上期结转不等于上月结转下期（最近 {month.MONTHS} 个月）",
        aggregate=month.Identity,
        all_cases=True,
    ),
    "C19": Check(
        "info",
        f"一个月的比率全是 100%；办结有 {month.BUNCHED:.0%} 以上集中在最后一个工作日（{month.LEAST} 件以上的月份）",
        aggregate=month.Perfect,
        all_cases=True,
    ),
    "C20": Check(
        "error",
        "电话或身份证号损坏（科学记数、少位），或写在公开的栏里",
        privacy.personal_numbers,
    ),
    "C21": Check(
        "warning",
        f"暂停没有清单里的事由；暂停超过 {clocks.PAUSED} 个工作日",
        clocks.pauses,
        kinds=frozenset({"Paused"}),
    ),
    "C22": Check("info", "休息日有记录，而规则包没有休息日服务（上门、错时）", dates.rest_days),
    "C23": Check(
        "error",
        "免予提供、容缺没有材料清单、批准人、日期；容缺过期没补",
        papers.waivers,
        kinds=frozenset({"Exempted", "AcceptedWithGaps"}),
    ),
    "C24": Check(
        "warning",
        f"并案组过了期限（没有期限的过了 {clocks.STUDY} 个工作日）还没有会商",
        clocks.studies,
        kinds=frozenset({"Merged"}),
    ),
    "C25": Check("warning", "轮值表有空班或重班", aggregate=people.Roster),
    "C26": Check(
        "warning",
        "时间存疑：到期以后补录而写在到期以前，用设定时间记，到期以后改定级；更正改变了超期或答复",
        bent.bent,
    ),
    "C27": Check(
        "warning",
        "答应反映人的日期到了，没有反馈、告知或回访，或晚了才有（约定）",
        promises.broken,
        kinds=frozenset({"Promised"}),
    ),
    "C28": Check(
        "warning",
        f"登记后过了 {promises.UNDECIDED} 个工作日，还没决定受不受理",
        promises.undecided,
    ),
    "C29": Check(
        "warning",
        "下派：交办给低于主管单位层级的单位，或交给不是主管单位的（主管单位看事项目录）",
        orders.misdirected,
        kinds=frozenset({"Assigned", "Forwarded"}),
    ),
    "C30": Check("warning", "排了坐诊的日子已改为放假", aggregate=people.RosterOnHolidays),
    "C31": Check(
        "error",
        "保护被去掉：作风件改成普通件或改掉被反映的单位，更正后不再遮盖反映人，被反映的单位参与其中",
        protection.lifted,
    ),
    "C32": Check(
        "warning",
        "到了规则包问责的数（一个月几件、连续几个月），没有采取规定的措施",
        aggregate=accountability.Accountable,
        all_cases=True,
    ),
    "C33": Check(
        "info",
        "剔除出按时、满意、回访比率的件（比率两种都印）",
        papers.left_out,
        kinds=frozenset({"Excluded"}),
    ),
    "C34": Check(
        "info",
        "延期、退回的申请和决定是同一操作员记的（没有别的领导可记，或过了期限才补记）",
        protection.decided_alone,
        kinds=frozenset(protection.DECIDING),
    ),
}
"""Code -> the check, in the order of the codes."""
