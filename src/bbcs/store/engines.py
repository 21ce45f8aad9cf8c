"""The engines there are, by the scheme of the station file's `store`."""

from __future__ import annotations

from bbcs.errors import StoreUnreachable
from bbcs.store.engine import Engine


def engine_of(store: str) -> Engine:
    """Returns the engine that `store` of a station file names. Raises StoreUnreachable."""
    scheme = store.partition(":")[0]
    if scheme in ("", "sqlite"):
        from bbcs.store.sqlite import ENGINE

        return ENGINE
    raise StoreUnreachable(
        f"station.toml 的 store 指定用 {scheme}，这个版本没有装这种台账；"
        "请装带它的版本，或把 store 一行删去（台账放在本机数据目录里）"
    )
