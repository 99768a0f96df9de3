"""A file that a clerk imports by the pages."""

import io
import re
from pathlib import Path

from builders_workbooks import a_roster_row, write_records
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.service.web.builders_pages import page_of, token_of

__all__ = ["A_BAD_FILE", "a_bad_file", "go_on", "send_file"]

A_BAD_FILE = (
    a_roster_row("P1", 姓名="样例甲", 出生年月="1985.13", 带动农户数="约200户", 工作单位全称="样例社"),
    a_roster_row("P2", 姓名="样例乙", 出生年月="85.10", 带动农户数="12"),
    a_roster_row("P3", 姓名="样例丙", 人才类别="大学生村宫"),
)


def a_bad_file(folder: Path) -> Path:
    """Write a roster with a column to confirm and four bad cells."""
    return write_records(folder / "名册.xlsx", *A_BAD_FILE)


def send_file(browser: FlaskClient, content: bytes, *, name: str = "名册.xlsx", **fields: str) -> TestResponse:
    """Upload a file by the form of the first step."""
    token = token_of(page_of(browser, "/imports/new"))
    data = {"kind": "people", **fields, "csrf_token": token, "file": (io.BytesIO(content), name)}
    return browser.post("/imports/new", data=data, content_type="multipart/form-data")


def go_on(browser: FlaskClient, address: str, action: str, **fields: str) -> str:
    """Send the form of a step and return the address that its answer leads to in the end."""
    token = token_of(page_of(browser, address))
    base = re.match(r"/imports/files/\d+", address)
    assert base is not None
    answer = browser.post(f"{base[0]}/{action}", data={**fields, "csrf_token": token})
    while answer.status_code == 303:
        address = answer.headers["Location"]
        answer = browser.get(address)
    assert answer.status_code == 200, (answer.status, answer.text[:500])
    return address
