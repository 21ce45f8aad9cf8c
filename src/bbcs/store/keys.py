"""Keyed look-ups of people: HMAC-SHA-256 over `<home>/lookup.key`, never a bare hash (trust.md
§2.6).

Without the key file nothing breaks: keys are stored empty, nobody is recognised again, `verify` and
`facts` say so, and `rebuild` fills them in once the key is back from the backup.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from bbcs.config.home_files import KEY
from bbcs.domain.masking import phone_numbers
from bbcs.domain.repeated import compared

META = "key"
"""Name of the fact beside the chain that holds the fingerprint of the key."""

COLUMNS: Mapping[str, str] = {"id_number": "id_key", "phone": "phone_key", "reporter": "name_key"}
"""Plain value -> column of case_row."""


def secret(home: str) -> bytes:
    """The key of this home, b"" when the file is missing or is no key."""
    try:
        handle = os.open(os.path.join(home, KEY), os.O_RDONLY)  # noqa: PTH118 — hot path
        try:
            return bytes.fromhex(os.read(handle, 200).decode("ascii"))
        finally:
            os.close(handle)
    except (OSError, ValueError):
        return b""


def fingerprint(secret: bytes) -> str:
    """What the ledger keeps of its key, to know it again; the key cannot be found from it."""
    from hashlib import sha256  # not for commands that only read

    return sha256(b"bbcs-lookup-key\n" + secret).hexdigest()[:32]


def known(home: str) -> dict[str, str]:
    """Returns what a fresh ledger keeps of the key of its home; nothing without a key."""
    key = secret(home)
    return {META: fingerprint(key)} if key else {}


def fault(home: str, meta: Mapping[str, str]) -> str:
    """Returns "missing" without a key, "foreign" when it is not the one that `meta` knows, else ""."""
    key = secret(home)
    if not key:
        return "missing"
    if meta.get(META, fingerprint(key)) != fingerprint(key):
        return "foreign"
    return ""


def phone_keys(secret: bytes, text: str) -> list[str]:
    """The key of each number of a phone field, in order; none without a key file."""
    numbers = (compared("phone", number) for number in phone_numbers(text)) if secret else ()
    return list(dict.fromkeys(_keyed(secret, f"phone:{number}") for number in numbers if number))


def keys(secret: bytes, people: Mapping[str, str]) -> dict[str, str | None]:
    """The three key columns of a person; see `all_keys`."""
    return all_keys(secret, people)[0]


def all_keys(secret: bytes, people: Mapping[str, str]) -> tuple[dict[str, str | None], list[str]]:
    """The three key columns of a person, of several phones the first, and the keys of the other
    phones; None where there is no value or no key.
    """
    keys: dict[str, str | None] = {}
    further: list[str] = []
    for name, column in COLUMNS.items():
        if name == "phone":
            phones = phone_keys(secret, people.get(name) or "")
            keys[column], further = next(iter(phones), None), phones[1:]
            continue
        value = compared(name, people.get(name) or "") if secret else ""
        keys[column] = _keyed(secret, f"{name}:{value}") if value else None
    return keys, further


def same_person(secret: bytes, people: Mapping[str, str]) -> list[tuple[str, int]]:
    """The keys by which a case of the same person is found, each with 1 for cases that tell an
    identity number, 0 for those that do not.

    Two cases that both tell one are of the same person only by it.
    """
    keys, further = all_keys(secret, people)
    id_key, phone_key, name_key = keys["id_key"], keys["phone_key"], keys["name_key"]
    others = [phone_key, *further] if phone_key else filter(None, [name_key])
    sides = (0,) if id_key else (0, 1)
    ways = [(other, identified) for other in others for identified in sides]
    return [(id_key, 1), *ways] if id_key else ways


def _keyed(secret: bytes, text: str) -> str:
    """The first 32 hex digits of HMAC-SHA-256."""
    import hmac  # not for commands that only read

    return hmac.digest(secret, text.encode(), "sha256").hex()[:32]
