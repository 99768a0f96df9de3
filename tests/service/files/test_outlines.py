"""What a file shows of its columns before anything comes in: a few values, no number of a person in full."""

import pytest

from service.files.outlines import read_outline


def _samples(tmp_path, value):
    file = tmp_path / "roster.csv"
    file.write_text(f'姓名,联系方式\n样例甲,"{value}"\n', encoding="utf-8")
    (sheet,) = read_outline(file, kind="people").sheets
    return next(one.samples for one in sheet.columns if one.header == "联系方式")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("13800000002", "138******02"),
        ("138 0000 0002", "138******02"),
        ("138-0000-0002", "138******02"),
        ("１３８　００００　０００２", "138******02"),
        ("138.0000.0002", "138******02"),
        ("239901 19900501 001X", "239*************1X"),
        ("239901-1990-05-01-001X", "239*************1X"),
        ("(0000) 1234567", "(000******67"),
        ("样例路一号样例路一号样例路一号样例 138 0000 0002", "样例路一号样例路一号样例路一号样例 138***"),
    ],
)
def test_a_number_is_masked_in_a_sample_however_it_is_parted(tmp_path, written, shown):
    (sample,) = _samples(tmp_path, written)
    assert sample == shown


@pytest.mark.parametrize(
    "written", ["1990-05-01", "1990-05-01 10:00:00", "2019.09-2023.06", "2019.09-至今", "2026年11月20日", "12345678"]
)
def test_days_and_short_numbers_stay_to_be_read_in_a_sample(tmp_path, written):
    assert _samples(tmp_path, written) == (written,)
