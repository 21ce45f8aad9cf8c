"""The page of a month in a browser: sorting, drill-down and print. Skipped where there is no Chromium."""

from __future__ import annotations

import base64
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_web_page import CASES, RATES, REGISTER, UNITS

from bbcs.render import web_page

pytest.importorskip("selenium", reason="no selenium")
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="no Chromium with its driver on this machine"
)

LONG = REGISTER._replace(
    name="acceptance",
    title="工单受理登记簿",
    rows=[{**REGISTER.rows[at % 5], "case_no": f"N{at:04}", "days": at} for at in range(120)],
    marks={},
)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    from selenium import webdriver

    path = tmp_path_factory.mktemp("page") / "page.html"
    web_page.write(path, "示例站月报", [RATES, UNITS, REGISTER, LONG], "台账 ZY01 第 9 条")
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for one in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(one)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    service = webdriver.ChromeService(executable_path=DRIVER)
    driver = webdriver.Chrome(options=options, service=service)
    driver.get(path.as_uri())
    yield driver
    driver.quit()


def column(browser, table: str, at: int) -> list[str]:
    return browser.execute_script(
        "return Array.from(document.querySelectorAll(arguments[0]), c => c.textContent)",
        f"#table-{table} tbody tr td:nth-child({at})",
    )


def press(browser, table: str, at: int, key: str | None = None) -> str | None:
    head = f"#table-{table} th:nth-child({at})"
    browser.execute_script("scrollTo(0, 0)")  # not under the line of links
    button = browser.find_element("css selector", f"{head} [role=button]")
    if key:
        button.send_keys(key)
    else:
        button.click()
    return browser.find_element("css selector", head).get_attribute("aria-sort")


def test_nothing_of_the_page_is_blocked_by_its_own_policy(browser):
    assert [one["message"] for one in browser.get_log("browser")] == []
    assert (
        browser.execute_script("return getComputedStyle(document.querySelector('h1')).fontSize")
        == "24px"
    )


def test_numbers_sort_as_numbers_and_back(browser):
    assert column(browser, "work", 4) == ["8", "9", "10", "11", "12"]
    assert press(browser, "work", 4) == "ascending"
    assert column(browser, "work", 4) == ["8", "9", "10", "11", "12"]
    assert press(browser, "work", 4, "\n") == "descending"
    assert column(browser, "work", 4) == ["12", "11", "10", "9", "8"]
    assert press(browser, "work", 1, " ") == "ascending"
    assert column(browser, "work", 1) == CASES


def test_a_rate_without_a_denominator_sorts_last_both_ways(browser):
    for _ in range(2):
        press(browser, "kpi", 2)
        assert column(browser, "kpi", 2) == ["60.00%（3/5）", "—"]


def test_a_rate_leads_to_its_cases(browser):
    details = browser.find_element("css selector", "#table-kpi details")
    link = details.find_element("css selector", "a")
    assert not link.is_displayed()
    details.find_element("css selector", "summary").click()
    assert link.is_displayed()
    link.click()
    assert browser.current_url.endswith(f"#case-{CASES[0]}")
    target = browser.find_element("css selector", "tr:target")
    assert CASES[0] in target.text
    assert browser.execute_script("return arguments[0].getBoundingClientRect().top >= 0", target)


def test_a_print_repeats_the_head_and_leaves_the_drill_down_out(browser, tmp_path: Path):
    pdf = tmp_path / "page.pdf"
    pdf.write_bytes(base64.b64decode(browser.print_page()))
    pdftotext = shutil.which("pdftotext")
    if not pdftotext:
        pytest.skip("no pdftotext on this machine")
    text = subprocess.run(
        [pdftotext, "-layout", str(pdf), "-"], capture_output=True, check=True
    ).stdout.decode()
    pages = text.split("\f")
    with_rows = [one for one in pages if re.search(r"N\d{4}", one)]
    assert len(with_rows) >= 3
    assert all("编号" in one and "反映事项" in one for one in with_rows)
    assert "查件" not in text
    assert "达到" not in text
    assert "制表：" in text
    assert len(re.findall(r"N\d{4}", text)) == 120
