"""Templates: filled in they come back, untouched they hold no row."""

import openpyxl
import pytest

from service.access import OPERATOR, Actor
from service.errors import Forbidden, NotFound
from service.files.columns import Treatment, column_table
from service.files.tables import read_table
from service.files.template_examples import EXAMPLES
from service.usecases.incoming.import_preparation import PlacePreparation
from service.usecases.incoming.import_rows import read_rows
from service.usecases.incoming.templates import make_template

KINDS = ["people", "vacancies", "villages", "decisions", "training"]


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture
def written(tmp_path, kind):
    path = tmp_path / f"{kind}.xlsx"
    path.write_bytes(make_template(actor=OPERATOR, kind=kind))
    return path


def test_an_untouched_template_has_every_column_and_no_row(written, kind):
    table = read_table(written, kind=kind)
    assert (table.drafts, [finding for finding in table.findings if finding.is_open]) == ([], [])
    header = [cell.value for cell in openpyxl.load_workbook(written).worksheets[0][1]]
    assert header == [column.label.zh for column in column_table(kind).columns if column.treatment is Treatment.IMPORT]


def test_the_example_filled_in_is_read_without_a_finding(written, kind):
    book = openpyxl.load_workbook(written)
    page = book.worksheets[0]
    keys = {column.label.zh: column.key for column in column_table(kind).columns}
    for cell in page[1]:
        page.cell(2, cell.column, EXAMPLES[kind].get(keys[cell.value]) or None)
    book.save(written)
    table = read_table(written, kind=kind)
    (row,) = read_rows(table.drafts, kind=kind, prepare=PlacePreparation())
    assert row.findings == []
    assert set(row.record) >= {key for key, value in EXAMPLES[kind].items() if value}


def test_every_word_of_a_drop_down_is_taken_by_its_column(written, kind):
    from service.usecases.incoming.import_rows import SCHEMAS

    book = openpyxl.load_workbook(written)
    page, fields = book.worksheets[0], SCHEMAS[kind]().load_fields
    keys = {column.label.zh: column.key for column in column_table(kind).columns}
    n_words = 0
    for validation in page.data_validations.dataValidation:
        key = keys[page.cell(1, next(iter(validation.sqref.ranges)).min_col).value]
        if validation.formula1.startswith("'"):
            sheet, _, cells = validation.formula1.partition("!")
            words = [row[0].value for row in book[sheet.strip("'")][cells.replace("$", "")]]
        else:
            words = validation.formula1.strip('"').split(",")
        for word in words:
            fields.get(key, fields.get("degree")).deserialize(word)
            n_words += 1
    assert n_words >= {"villages": 8, "training": 8}.get(kind, 15)


def test_every_column_has_a_note_and_the_long_lists_are_hidden(written):
    book = openpyxl.load_workbook(written)
    assert all(cell.comment and cell.comment.text for cell in book.worksheets[0][1])
    assert [sheet.sheet_state for sheet in book.worksheets[:2]] == ["visible", "visible"]
    assert all(sheet.sheet_state == "hidden" for sheet in book.worksheets[2:])


def test_the_same_template_is_the_same_file_and_the_notes_speak_english_too(kind):
    assert make_template(actor=OPERATOR, kind=kind) == make_template(actor=OPERATOR, kind=kind)
    assert make_template(actor=OPERATOR, kind=kind, language="en") != make_template(actor=OPERATOR, kind=kind)


def test_another_kind_and_another_role_get_none():
    with pytest.raises(NotFound):
        make_template(actor=OPERATOR, kind="dogs")
    with pytest.raises(Forbidden):
        make_template(actor=Actor("reader"), kind="people")
