"""Each limit on packed files refuses by itself what no other does (S8), so that taking one out is seen."""

import zipfile

import pytest

from service.files import limits

MB = 10**6


def _member(name, inflated, packed):
    member = zipfile.ZipInfo(name)
    member.file_size, member.compress_size = inflated, packed
    return member


#: By limit: the archive that it alone refuses.
ALONE = {
    "MOST_RATIO": [_member("xl/worksheets/sheet1.xml", 20 * MB, 60_000)],
    "MOST_INFLATED": [_member(f"xl/worksheets/sheet{n}.xml", 10 * MB, MB) for n in range(16)],
}


@pytest.mark.parametrize("limit", ALONE)
def test_what_one_limit_refuses_would_pass_without_it(limit, monkeypatch):
    with pytest.raises(limits.UnreadableFile) as refused:
        limits.check_sizes("a.xlsx", ALONE[limit])
    assert (refused.value.place, refused.value.remedy is not None) == ("a.xlsx", True)
    monkeypatch.setattr(limits, limit, 10**12)
    limits.check_sizes("a.xlsx", ALONE[limit])


def test_a_small_workbook_that_inflates_to_200_megabytes_is_refused():
    with pytest.raises(limits.UnreadableFile):
        limits.check_sizes("a.xlsx", [_member("xl/worksheets/sheet1.xml", 200 * MB, 195_000)])
