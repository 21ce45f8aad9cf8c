"""Fixtures shared by all tests, and `--record`."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--record",
        action="store_true",
        help="rewrite the recorded sessions with what is printed now",
    )
