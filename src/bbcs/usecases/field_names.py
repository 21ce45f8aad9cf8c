"""How refusals name the fields of an act: by option at the command line, by key in objects.

The domain names options. Files (`--from`), lists of acts and the Python API give keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from bbcs.domain.acts import Act
from bbcs.domain.inputs import all_fields, short_help
from bbcs.errors import BadValue, UnknownUnit, UnknownWord

_OPTION = r"bbcs [^；，。）]*|(?P<option>--[a-z][a-z-]*)(/--[a-z-]+)?((?P<meaning>（[^）]*）)| (?=[^a-z-])|)"
"""An option, or two that say the opposite, with what it means, if that is said; or a whole command,
which keeps its options.
"""


def with_keys(act: Act, message: str) -> str:
    """The message with the keys of fields for their options: `signer（第二签字人）` for `--signer`."""
    keys = _keys(act)

    def key(match: re.Match[str]) -> str:
        if match["option"] not in keys:
            return match[0]
        name, meaning = keys[match["option"]]
        return name + (match["meaning"] or f"（{meaning}）")

    return re.sub(_OPTION, key, message)


@contextmanager
def by_name() -> Iterator[None]:
    """Refusals inside name what was asked for as programs do: `phase（环节）` for `--phase（环节）`."""
    try:
        yield
    except (UnknownWord, UnknownUnit, BadValue) as refused:
        refused.message = refused.message.removeprefix("--")
        raise


def _keys(act: Act) -> Mapping[str, tuple[str, str]]:
    """Option -> the key of its field and what that is called."""
    keys = {}
    for field in (one for one in all_fields(act) if one.flag):
        first, _, other = field.flag.partition("/")
        keys[first] = (field.name, short_help(field))
        if other:
            keys[other] = (other.removeprefix("--").replace("-", "_"), f"非{short_help(field)}")
    return keys
