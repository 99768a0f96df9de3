"""Damaged and hostile files: whatever comes, it is read or refused in one sentence."""

import random
import zipfile
from datetime import date

import pytest
from builders_workbooks import SAMPLES, write_rows
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.errors import ServiceError
from service.files.forms import read_form
from service.files.tables import read_table
from service.usecases.incoming.import_preparation import PeoplePreparation, PlacePreparation
from service.usecases.incoming.import_rows import read_rows

PREPARE = PeoplePreparation(PlacePreparation(), date(2026, 11, 23))
SPLINTERS = (b"<", b">", b"&#0;", b"9999999999", b'"', b"\xff\xff", b"\0", "，".encode(), b"\r\n")
CSV = "姓名,人才类别,出生年月,身份证号,学历学位\n" + "样例甲,村官,1985.1,23990119961012042X,大学 农学学士\n" * 5
one_file_for_all = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def damaged(content: bytes, seed: int) -> bytes:
    draw, changed = random.Random(seed), bytearray(content)
    for _ in range(draw.choice((1, 3, 10, 50))):
        place = draw.randrange(len(changed)) if changed else 0
        kind = draw.randrange(3)
        if kind == 0:
            changed[place : place + 1] = bytes([draw.randrange(256)])
        elif kind == 1:
            del changed[place : place + draw.randrange(20)]
        else:
            changed[place : place + 4] = draw.choice(SPLINTERS)
    return bytes(changed)


def read_or_refuse(read, path):
    """Fail on any exception that is no refusal, and on a refusal without words."""
    refused = None
    try:
        rows = read_rows(read(path).drafts, kind="people", prepare=PREPARE)
    except ServiceError as error:
        refused = error
    if refused is None:
        assert all(row.record is not None or row.findings for row in rows)
    else:
        assert refused.problem.zh != refused.problem.en
        assert refused.remedy is not None


@one_file_for_all
@given(st.integers(0, 10**9))
def test_a_damaged_workbook_is_read_or_refused(tmp_path, seed):
    path, draw = tmp_path / "a.xlsx", random.Random(seed)
    with zipfile.ZipFile(SAMPLES / "roster_synthetic.xlsx") as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, damaged(content, seed) if draw.random() < 0.4 else content)
    read_or_refuse(lambda path: read_table(path, kind="people"), path)


@one_file_for_all
@given(st.integers(0, 10**9))
def test_a_damaged_form_is_read_or_refused(tmp_path, seed):
    path = tmp_path / "a.lrmx"
    path.write_bytes(damaged((SAMPLES / "sample_synthetic.lrmx").read_bytes(), seed))
    read_or_refuse(read_form, path)


@one_file_for_all
@given(st.integers(0, 10**9), st.sampled_from(["utf-8", "gb18030", "utf-16"]))
def test_a_damaged_csv_is_read_or_refused(tmp_path, seed, encoding):
    path = tmp_path / "a.csv"
    path.write_bytes(damaged(CSV.encode(encoding), seed))
    read_or_refuse(lambda path: read_table(path, kind="people"), path)


@one_file_for_all
@given(st.permutations(["姓名", "人才类别", "性别", "所在村", "政治面貌", "备注"]), st.integers(0, 4))
def test_titles_and_the_order_of_columns_do_not_matter(tmp_path, header, n_titles):
    values = dict(
        zip(
            ["姓名", "人才类别", "性别", "所在村", "政治面貌", "备注"],
            ["甲", "村官", "男", "东岗村", "党员", "无事"],
            strict=True,
        )
    )
    path = tmp_path / "a.xlsx"
    write_rows(path, *[["某某县花名册"]] * n_titles, header, [values[name] for name in header])
    (draft,) = read_table(path, kind="people").drafts
    assert sorted(draft.values.values()) == sorted(values.values())
    assert draft.values["name"] == "甲"


@pytest.mark.parametrize("sign", "=+-@\t")
def test_a_value_that_looks_like_a_formula_stays_text(tmp_path, sign):
    value = f"{sign}1+1"
    (draft,) = read_table(write_rows(tmp_path / "a.xlsx", ["姓名", "备注"], ["甲", value]), kind="people").drafts
    assert draft.values["note"] == value
