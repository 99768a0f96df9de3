import pytest
from builders_workbooks import SAMPLES

from service.files.forms import read_form
from service.files.limits import UnreadableFile

SAMPLE = SAMPLES / "sample_synthetic.lrmx"
ENTITIES = """<?xml version="1.0"?><!DOCTYPE Person [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>
<Person><XingMing>&b;</XingMing></Person>"""


def test_the_sample_form_is_read():
    (draft,) = read_form(SAMPLE).drafts
    assert draft.values["name"] == "样例甲"
    assert draft.values["id_number"] == "239901198703150025"
    assert draft.values["inservice_education"] == "省委党校研究生"
    assert "inservice_degree" not in draft.values
    assert draft.values["resume"].count("\n") == 4


def test_family_and_photo_stay_outside_and_it_is_said_so():
    form = read_form(SAMPLE)
    assert "样例甲夫" not in str(form.drafts)
    assert {finding.cell for finding in form.findings} == {"JiaTingChengYuan", "ZhaoPian"}


def test_a_form_in_gbk_is_read(tmp_path):
    path = tmp_path / "a.lrmx"
    text = SAMPLE.read_text(encoding="utf-8").replace('encoding="utf-8"', 'encoding="gb2312"')
    path.write_bytes(text.encode("gb18030"))
    assert read_form(path).drafts[0].values["name"] == "样例甲"


@pytest.mark.parametrize("content", [ENTITIES, "<Person><XingMing>", "<Other/>", "no xml", "<Person>\0</Person>"])
def test_entities_cut_files_and_other_documents_are_refused_in_one_sentence(tmp_path, content):
    path = tmp_path / "a.lrmx"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UnreadableFile) as error:
        read_form(path)
    assert error.value.remedy is not None


def test_an_unknown_part_is_reported(tmp_path):
    path = tmp_path / "a.lrmx"
    path.write_text("<Person><XingMing>样 例甲</XingMing><XinXiang>x</XinXiang></Person>", encoding="utf-8")
    assert [finding.cell for finding in read_form(path).findings] == ["XinXiang"]


def test_a_form_of_ten_megabytes_is_refused_before_parsing(tmp_path):
    path = tmp_path / "a.lrmx"
    path.write_text(f"<Person><XingMing>{'x' * 10_000_000}</XingMing></Person>", encoding="utf-8")
    with pytest.raises(UnreadableFile, match="too large"):
        read_form(path)
