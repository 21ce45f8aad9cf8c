"""The changes: each one line of the source, and the tests that must fail when it is made."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class Mutant(NamedTuple):
    """One change. file: below `src/bbcs`; old stands there exactly once."""

    file: str
    why: str
    old: str
    new: str
    tests: tuple[str, ...]

    def apply(self, source: Path) -> None:
        """Write the change below `source`. Raises ValueError when the old text is not there once."""
        file = source / self.file
        text = file.read_text(encoding="utf-8")
        if text.count(self.old) != 1 or self.new == self.old:
            raise ValueError(f"{self.file} has {text.count(self.old)} times {self.old!r}")
        file.write_text(text.replace(self.old, self.new), encoding="utf-8")


MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        "inspection/numbers.py",
        "the gap check of numbers accepts a missing 0001",
        "pairwise([0, *sorted(self._serials)])",
        "pairwise([1, *sorted(self._serials)])",
        ("tests/inspection/test_inspection_across.py",),
    ),
    Mutant(
        "domain/numbers.py",
        "a number with the serial 0000 is taken as right",
        "if not serial or digits",
        "if digits",
        ("tests/inspection/test_inspection_across.py",),
    ),
    Mutant(
        "inspection/numbers.py",
        "a case without its second entry is whole",
        'if kinds[0] != "Registered" or versions != [*range(1, len(versions) + 1)]:',
        'if kinds[0] != "Registered":',
        (
            "tests/inspection/test_inspection_cases.py",
            "tests/inspection/test_inspection_across.py",
            "tests/inspection/test_inspection_pairs.py",
        ),
    ),
    Mutant(
        "inspection/month.py",
        "a month is perfect though a case took a second round",
        'case.round == case.first_round\n        and case.solved == "yes"',
        'case.solved == "yes"',
        (
            "tests/inspection/test_inspection_cases.py",
            "tests/inspection/test_inspection_across.py",
            "tests/inspection/test_inspection_pairs.py",
        ),
    ),
    Mutant(
        "inspection/month.py",
        "a month bunched at just half is not named",
        "tally.on_last >= BUNCHED * tally.closed",
        "tally.on_last > BUNCHED * tally.closed",
        (
            "tests/inspection/test_inspection_cases.py",
            "tests/inspection/test_inspection_across.py",
            "tests/inspection/test_inspection_pairs.py",
        ),
    ),
    Mutant(
        "inspection/month.py",
        "nine settled cases are enough for a finding",
        "if tally.closed < LEAST:",
        "if tally.closed < LEAST - 1:",
        (
            "tests/inspection/test_inspection_cases.py",
            "tests/inspection/test_inspection_across.py",
            "tests/inspection/test_inspection_pairs.py",
        ),
    ),
    Mutant(
        "domain/deadline.py",
        "an extension asked on the day of expiry is late",
        "return at.date() > last or (",
        "return at.date() >= last or (",
        (
            "tests/domain/test_extensions.py",
            "tests/inspection/test_inspection_cases.py",
            "tests/inspection/test_inspection_across.py",
            "tests/inspection/test_inspection_pairs.py",
        ),
    ),
    Mutant(
        "inspection/clocks.py",
        "one extension too many is taken",
        "if len(granted) > limit:",
        "if len(granted) > limit + 1:",
        (
            "tests/inspection/test_inspection_cases.py",
            "tests/inspection/test_inspection_across.py",
            "tests/inspection/test_inspection_pairs.py",
        ),
    ),
    Mutant(
        "inspection/clocks.py",
        "a grade corrected on the day of expiry came too late",
        "if before and before.due and at.date() > day_of(before.due):",
        "if before and before.due and at.date() >= day_of(before.due):",
        (
            "tests/inspection/test_inspection_cases.py",
            "tests/inspection/test_inspection_across.py",
            "tests/inspection/test_inspection_pairs.py",
        ),
    ),
    Mutant(
        "inspection/orders.py",
        "two leads one after the other are two at once",
        "return first.done_at is None or first.done_at > second.sent_at",
        "return first.done_at is None or first.done_at >= second.sent_at",
        (
            "tests/inspection/test_inspection_cases.py",
            "tests/inspection/test_inspection_across.py",
            "tests/inspection/test_inspection_pairs.py",
        ),
    ),
    Mutant(
        "registers/entry.py",
        "the overdue of a month are judged by the last round, not by the first",
        "return self.handling(self.case.first_round)",
        "return self.handling(self.case.round)",
        (
            "tests/registers/test_monthly.py",
            "tests/registers/test_kpi.py",
            "tests/registers/test_as_of.py",
        ),
    ),
    Mutant(
        "registers/at_cut.py",
        "an overdue case is carried over as within the limit",
        "last = entry.last",
        "last = entry.first",
        (
            "tests/registers/test_monthly.py",
            "tests/registers/test_kpi.py",
            "tests/registers/test_as_of.py",
        ),
    ),
    Mutant(
        "registers/rates/callbacks.py",
        "a bad answer makes itself good",
        'later.seq > event.seq and later.data.get("satisfied")',
        'later.seq >= event.seq and later.data.get("satisfied")',
        (
            "tests/registers/test_monthly.py",
            "tests/registers/test_kpi.py",
            "tests/registers/test_as_of.py",
        ),
    ),
    Mutant(
        "registers/rates/cases.py",
        "a call at the settlement itself answers it",
        "if event.seq > settled]",
        "if event.seq >= settled]",
        ("tests/registers/test_kpi.py",),
    ),
    Mutant(
        "registers/percentage.py",
        "99.995 % is shown as 100 %",
        "if units >= 100 * scale and (numerator < denominator or open_left):",
        "if units > 100 * scale and (numerator < denominator or open_left):",
        (
            "tests/registers/test_monthly.py",
            "tests/registers/test_kpi.py",
            "tests/registers/test_as_of.py",
        ),
    ),
    Mutant(
        "registers/books.py",
        "an event of the first day lies outside the period",
        "return self.period is None or event.at.date() >= self.period.first",
        "return self.period is None or event.at.date() > self.period.first",
        (
            "tests/registers/test_monthly.py",
            "tests/registers/test_kpi.py",
            "tests/registers/test_as_of.py",
        ),
    ),
    Mutant(
        "registers/rates/orders.py",
        "an order of the first day lies outside the period",
        "if not since or order.sent_at.date() >= since",
        "if not since or order.sent_at.date() > since",
        (
            "tests/registers/test_monthly.py",
            "tests/registers/test_kpi.py",
            "tests/registers/test_as_of.py",
        ),
    ),
    Mutant(
        "registers/rates/cases.py",
        "passed-on cases count among those that should be closed",
        'if entry.case.phase not in ("refused", "transferred_out"))',
        'if entry.case.phase not in ("refused",))',
        (
            "tests/registers/test_one_meaning.py",
            "tests/registers/test_monthly.py",
            "tests/registers/test_kpi.py",
            "tests/registers/test_as_of.py",
        ),
    ),
    Mutant(
        "calendar/days.py",
        "the day of receipt counts",
        "    return before[i + forward] + n - forward",
        "    return before[i] + n - forward",
        (
            "tests/calendar/test_workdays.py",
            "tests/calendar/test_calendar_properties.py",
        ),
    ),
    Mutant(
        "calendar/days.py",
        "a closed interval loses its last day",
        "return self._before[j + 1] - self._before[i]",
        "return self._before[j] - self._before[i]",
        (
            "tests/calendar/test_workdays.py",
            "tests/calendar/test_calendar_due.py",
            "tests/calendar/test_calendar_properties.py",
        ),
    ),
    Mutant(
        "calendar/rules.py",
        "what comes at the cut-off itself still counts for the day",
        "second_of(in_china(start)) >= limit",
        "second_of(in_china(start)) > limit",
        (
            "tests/calendar/test_workdays.py",
            "tests/calendar/test_calendar_due.py",
            "tests/calendar/test_calendar_properties.py",
        ),
    ),
    Mutant(
        "calendar/days.py",
        "an answer that ends on the first provisional day is final",
        "        if high < self._firm:",
        "        if high <= self._firm:",
        (
            "tests/calendar/test_workdays.py",
            "tests/calendar/test_calendar_due.py",
            "tests/calendar/test_calendar_properties.py",
        ),
    ),
    Mutant(
        "domain/deadline.py",
        "a pause that lasts does not stop the clock",
        "            paused = True",
        "            paused = False",
        (
            "tests/domain/test_pauses.py",
            "tests/domain/test_extensions.py",
            "tests/domain/test_overdue.py",
            "tests/domain/test_orders.py",
            "tests/domain/test_clocks.py",
            "tests/domain/test_clocks_more.py",
            "tests/domain/test_deadline.py",
        ),
    ),
    Mutant(
        "calendar/rules.py",
        "the day on which a clock pauses is not used up",
        "return max(0, (day_of(end) - day_of(paused)).days)",
        "return max(0, (day_of(end) - day_of(paused)).days + 1)",
        (
            "tests/calendar/test_rules.py",
            "tests/domain/test_pauses.py",
            "tests/domain/test_deadline.py",
        ),
    ),
    Mutant(
        "domain/decide/steering.py",
        "an extension may be asked for once more than the pack allows",
        "if len(granted) >= rule.max_count:",
        "if len(granted) > rule.max_count:",
        (
            "tests/domain/test_pauses.py",
            "tests/domain/test_extensions.py",
            "tests/domain/test_orders.py",
            "tests/domain/test_clocks.py",
            "tests/domain/test_clocks_more.py",
            "tests/domain/test_deadline.py",
        ),
    ),
    Mutant(
        "domain/decide/steering.py",
        "an extension to the old day is taken",
        "if until and until <= old:",
        "if until and until < old:",
        (
            "tests/domain/test_pauses.py",
            "tests/domain/test_extensions.py",
            "tests/domain/test_orders.py",
            "tests/domain/test_clocks.py",
            "tests/domain/test_clocks_more.py",
            "tests/domain/test_deadline.py",
        ),
    ),
    Mutant(
        "domain/clocks.py",
        "a case received on the first day of a pack is not under it",
        "case.received_at.date() < pack.in_force_from",
        "case.received_at.date() <= pack.in_force_from",
        (
            "tests/domain/test_clocks.py",
            "tests/domain/test_clocks_more.py",
            "tests/domain/test_deadline.py",
            "tests/domain/test_pack.py",
        ),
    ),
    Mutant(
        "domain/clocks.py",
        "an order that was returned unsigned goes on",
        "return run._replace(ended=order.done_at, seq=order.done_seq, if_late=True)",
        "return run",
        (
            "tests/domain/test_pauses.py",
            "tests/domain/test_extensions.py",
            "tests/domain/test_orders.py",
            "tests/domain/test_clocks.py",
            "tests/domain/test_clocks_more.py",
            "tests/domain/test_deadline.py",
        ),
    ),
    Mutant(
        "domain/masking.py",
        "the last four digits of a short number are shown",
        "if len(digits) < 10:",
        "if len(digits) < 9:",
        ("tests/domain/test_masking.py",),
    ),
    Mutant(
        "store/proof.py",
        "the body of an entry is not compared with its commitment",
        'return "" if sha256(salt + body).hexdigest().encode() == commitment else "commitment"',
        'return "" if sha256(salt + body).hexdigest().encode() else "commitment"',
        ("tests/store/test_store_verify.py",),
    ),
    Mutant(
        "store/proof.py",
        "an entry need not follow the one before it",
        "if before != prev:",
        "if not before:",
        ("tests/store/test_store_verify.py",),
    ),
    Mutant(
        "store/verify.py",
        "a missing first case of a day is no gap",
        "sorted(set(range(1, max(serials, default=0) + 1))",
        "sorted(set(range(2, max(serials, default=0) + 1))",
        ("tests/store/test_store_verify.py",),
    ),
    Mutant(
        "store/verify.py",
        "a removed entry is no gap",
        "if row[2] != seq:",
        "if row[2] < seq:",
        ("tests/store/test_store_verify.py",),
    ),
    Mutant(
        "store/verify.py",
        "one finding more of each code is listed",
        "if number <= LIMIT:",
        "if number <= LIMIT + 1:",
        ("tests/store/test_store_verify.py",),
    ),
    Mutant(
        "store/chain.py",
        "the digest leaves out who acted",
        "map(quoted, texts)",
        "map(quoted, texts[:3] + texts[4:])",
        (
            "tests/store/test_store_contract.py",
            "tests/store/test_store_verify.py",
        ),
    ),
)
