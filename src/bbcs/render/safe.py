"""Makes text from citizens harmless for terminals and spreadsheets.

Printable text stays as it is.
"""

from __future__ import annotations

import codecs
import re
from functools import cache

# C1, soft hyphen, bidi controls, zero width, line and paragraph separators, surrogates, tags: they
# move, hide or forge what is read.
_HIDDEN = (
    "\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0001\U000e0020-\U000e007f"
)
# Strings, not patterns: compiling them at import would cost every command 3 ms for texts that most
# never meet.
_FOR_TERMINAL = f"[\x00-\x09\x0b-\x1f{_HIDDEN}]"
_FOR_JSON = f"[{_HIDDEN}]"
_CONTROLS = "[\x00-\x08\x0b-\x1f\x7f]"
_FORMULA = "[ \u00a0\u3000]*[=+\\-@＝＋－＠\t\n]|[ \u00a0\u3000]*{="
_FORMULA_BEGINS = frozenset(" \u00a0\u3000=+-@＝＋－＠\t\n{")
"""First characters of what `_FORMULA` finds: most texts begin with none of them."""


def safe_text(text: str) -> str:
    r"""`text` for a terminal.

    The only control character left is \n, hidden characters are shown as `\u202e`.
    """
    if _harmless(text):
        return text
    return re.sub(_FOR_TERMINAL, _shown, text.replace("\r\n", "\n").replace("\t", " "))


def safe_line(text: str) -> str:
    """`safe_text` on one line, for table cells and messages."""
    if text.isprintable():
        return text
    return safe_text(text).replace("\n", " ")


def safe_cell(text: str) -> str:
    """`text` for csv and tsv: a `'` before what a spreadsheet would run.

    Controls dropped, hidden characters shown.
    """
    if not text.isprintable() and not _harmless(text):
        text = re.sub(_FOR_JSON, _shown, re.sub(_CONTROLS, "", text))
    if text[:1] in _FORMULA_BEGINS and re.match(_FORMULA, text):
        return f"'{text}"
    return text


def safe_json(document: str) -> str:
    r"""A finished JSON document with hidden characters as `\u202e`.

    Harmless on a terminal, and the same data.
    """
    if document.isprintable():
        return document
    return re.sub(_FOR_JSON, _units, document)


def error_handler() -> str:
    r"""Name of a codec error handler that writes `\ud83d\udd34`.

    Valid inside JSON, unlike `\U0001f534`.
    """
    codecs.register_error("bbcs", _not_encodable)
    return "bbcs"


def _harmless(text: str) -> bool:
    """Quickly: most texts are printable but for line feeds and the wide blank."""
    return text.isprintable() or text.replace("\n", "").replace("\u3000", "").isprintable()


def _shown(match: re.Match[str]) -> str:
    return _escape(match[0])


@cache
def _escape(char: str) -> str:
    code = ord(char)
    if code < 0x100:
        return f"\\x{code:02x}"
    if code < 0x10000:
        return f"\\u{code:04x}"
    return f"\\U{code:08x}"


def _units(match: re.Match[str]) -> str:
    return _utf16(match[0])


def _not_encodable(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return _utf16(error.object[error.start : error.end]), error.end


def _utf16(text: str) -> str:
    pairs = text.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{pairs[i] << 8 | pairs[i + 1]:04x}" for i in range(0, len(pairs), 2))
