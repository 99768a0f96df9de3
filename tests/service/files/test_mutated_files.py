"""Ten thousand mutated workbooks, forms, tables and zips: whatever comes, it is a designed refusal or a finding."""

from datetime import date

import pytest
from builders_nasty import mutant

from service.errors import ServiceError
from service.files.sources import read_source
from service.usecases.import_preparation import PeoplePreparation, PlacePreparation, VacancyPreparation
from service.usecases.import_rows import read_rows

PLACES = PlacePreparation()
PREPARE = {"people": PeoplePreparation(PLACES, date(2026, 11, 23)), "vacancies": VacancyPreparation(PLACES)}


def outcome(folder, seed):
    """Return whether the file of a seed was refused or read; fail on a refusal or a refused row without words."""
    kind = "vacancies" if seed % 5 == 0 else "people"
    path, refused, rows = mutant(folder, seed), None, []
    try:
        rows = read_rows(read_source(path, kind=kind).drafts, kind=kind, prepare=PREPARE[kind])
    except ServiceError as error:
        refused = error
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


def test_mutated_files_are_read_or_refused(tmp_path):
    outcomes = [outcome(tmp_path, seed) for seed in range(120)]
    assert min(outcomes.count("read"), outcomes.count("refused")) > 20  # or the mutations are too weak or too strong


@pytest.mark.prove
def test_ten_thousand_mutated_files_are_read_or_refused(tmp_path):
    outcomes = [outcome(tmp_path, seed) for seed in range(1_000, 11_000)]
    assert min(outcomes.count("read"), outcomes.count("refused")) > 1_500
