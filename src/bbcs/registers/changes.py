"""Changes against the period before: counts in per cent, rates in points. Pure."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from bbcs.record import Record


class FigureChange(Record):
    """One figure then and now. unit: "percent" (of a count) or "points" (between two rates);
    value in that unit, None without a base."""

    name: str
    label: str
    before: float | None
    now: float | None
    unit: str
    value: float | None
    text: str

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return dict(self._asdict())


def decimal(value: Fraction, places: int = 2, *, truncate: bool = False) -> str:
    """`14.34`, of a value that is not negative, in whole numbers, so that no binary fraction tips
    a digit; half up."""
    scale = 10**places
    size = value * scale
    units = (
        size.numerator // size.denominator
        if truncate
        else (2 * size.numerator + size.denominator) // (2 * size.denominator)
    )
    whole, part = divmod(units, scale)
    return f"{whole}.{part:0{places}d}" if places else f"{whole}"


def signed(value: Fraction, places: int = 2, *, truncate: bool = False) -> str:
    """`+14.34`; half up away from nought, which has no sign."""
    digits = decimal(abs(value), places, truncate=truncate)
    if not digits.strip("0."):
        return digits
    return f"+{digits}" if value > 0 else f"-{digits}"


def of_counts(
    name: str, label: str, before: int, now: int, *, places: int = 2, truncate: bool = False
) -> FigureChange:
    """(this - last) / last, in per cent; “—” when there was none last time."""
    if not before:
        return FigureChange(
            name, label, before, now, "percent", None, f"—（{before} 到 {now}）" if now else "—"
        )
    value = Fraction(now - before, before) * 100
    return FigureChange(
        name,
        label,
        before,
        now,
        "percent",
        float(value),
        f"{signed(value, places, truncate=truncate)}%（{before} 到 {now}）",
    )


def of_rates(
    name: str, label: str, before: Fraction | None, now: Fraction | None, *, places: int = 2, truncate: bool = False
) -> FigureChange:  # fmt: skip
    """This - last, in points; “—” where either has no denominator."""
    then, since = (None if one is None else float(one) for one in (before, now))
    if before is None or now is None:
        return FigureChange(name, label, then, since, "points", None, "—")
    value = (now - before) * 100
    return FigureChange(
        name,
        label,
        then,
        since,
        "points",
        float(value),
        f"{signed(value, places, truncate=truncate)} 个百分点",
    )
