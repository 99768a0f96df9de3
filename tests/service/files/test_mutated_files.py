"""Ten thousand mutated workbooks, forms, tables and zips: whatever comes, it is a designed refusal or a finding."""

from datetime import date

import pytest
from builders_nasty import mutant, with_parts

from matching.vocabulary import Text
from service.errors import ServiceError
from service.files.marked_workbooks import GivenNumber, write_marked
from service.files.sources import read_source
from service.usecases.incoming.import_preparation import PeoplePreparation, PlacePreparation, VacancyPreparation
from service.usecases.incoming.import_rows import read_rows

PLACES = PlacePreparation()
PREPARE = {"people": PeoplePreparation(PLACES, date(2026, 11, 23)), "vacancies": VacancyPreparation(PLACES)}


def outcome(folder, seed):
    """Return whether the file of a seed was refused or read; fail on a refusal or a refused row without words.

    What can be read of a table can be given back with its marks, and has the same rows again.
    """
    kind = "vacancies" if seed % 5 == 0 else "people"
    path, refused, rows = mutant(folder, seed), None, []
    try:
        table = read_source(path, kind=kind)
        rows = read_rows(table.drafts, kind=kind, prepare=PREPARE[kind])
    except ServiceError as error:
        refused = error
    if rows and path.suffix in {".xlsx", ".csv"}:
        given_back(path, table, rows, kind)
    path.unlink()
    if refused is not None:
        assert refused.problem.zh != refused.problem.en, seed
        assert refused.remedy is not None, seed
    for row in rows:
        assert row.record is not None or row.findings, seed
        for found in row.findings:
            assert found.problem.zh, seed
            assert len(found.value) <= 400, seed
    return "read" if refused is None else "refused"


def given_back(path, table, rows, kind):
    marked = path.with_name("marked.xlsx")
    findings = [*table.findings, *(found for row in rows for found in row.findings)]
    numbers = [
        GivenNumber(row.draft.sheet, row.draft.row, None, table.header_rows[row.draft.sheet], "P1") for row in rows
    ]
    write_marked(
        marked,
        source=path,
        findings=findings,
        listed=findings,
        numbers=numbers,
        number_header="人员编号",
        counts=Text("共", "all"),
        language="zh",
    )
    assert len(read_source(marked, kind=kind).drafts) == len(rows)
    marked.unlink()


def test_mutated_files_are_read_or_refused(tmp_path):
    outcomes = [outcome(tmp_path, seed) for seed in range(120)]
    assert min(outcomes.count("read"), outcomes.count("refused")) > 20  # or the mutations are too weak or too strong


@pytest.mark.prove
def test_ten_thousand_mutated_files_are_read_or_refused(tmp_path):
    outcomes = [outcome(tmp_path, seed) for seed in range(1_000, 11_000)]
    assert min(outcomes.count("read"), outcomes.count("refused")) > 1_500


def test_a_workbook_with_a_damaged_picture_comes_back_without_it(tmp_path):
    picture = b"a picture that somebody's disk has lost"
    path = with_parts(tmp_path, "a.xlsx", xl__media__image1_png=picture)
    path.write_bytes(path.read_bytes().replace(picture, picture[::-1]))
    table = read_source(path, kind="people")
    given_back(path, table, read_rows(table.drafts, kind="people", prepare=PREPARE["people"]), "people")
