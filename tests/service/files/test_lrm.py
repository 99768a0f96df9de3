import shutil

import pytest
from builders_workbooks import SAMPLES

from service.files.forms import read_form
from service.files.limits import UnreadableFile

SAMPLE = SAMPLES / "sample_synthetic.lrm"
NEWER_ONLY = {"id_number", "retirement_month"}


def test_the_older_form_says_what_the_newer_one_says_of_the_same_person():
    old, new = read_form(SAMPLE).drafts[0].values, read_form(SAMPLES / "sample_synthetic.lrmx").drafts[0].values
    assert {key: value for key, value in new.items() if key not in NEWER_ONLY} == old


def test_the_photo_beside_and_the_family_inside_stay_outside_and_it_is_said_so():
    form = read_form(SAMPLE)
    assert "样例甲夫" not in str(form.drafts)
    assert [(finding.sheet, finding.cell) for finding in form.findings] == [("", "20"), ("sample_synthetic.pic", "")]


def test_a_form_without_a_photo_speaks_of_none(tmp_path):
    shutil.copy(SAMPLE, tmp_path / "a.lrm")
    assert [finding.cell for finding in read_form(tmp_path / "a.lrm").findings] == ["20"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_encoding_of_the_form_is_read(tmp_path, encoding):
    path = tmp_path / "a.lrm"
    path.write_bytes(SAMPLE.read_bytes().decode("gb18030").encode(encoding))
    assert read_form(path).drafts[0].values["name"] == "样例甲"


def test_a_form_whose_ending_lies_is_read_by_its_content(tmp_path):
    shutil.copy(SAMPLE, tmp_path / "a.lrmx")
    assert read_form(tmp_path / "a.lrmx").drafts[0].values["title"] == "农艺师"


@pytest.mark.parametrize("keep", [1, 40, 700])
def test_a_cut_form_is_refused_since_its_parts_tell_by_their_place_only(tmp_path, keep):
    path = tmp_path / "a.lrm"
    path.write_bytes(SAMPLE.read_bytes()[:keep])
    with pytest.raises(UnreadableFile):
        read_form(path)
