"""Cadre forms: what was imported comes back, nothing of others does, and numbers leave for a reason only."""

import io
import zipfile

import docx
import pytest
from builders_workbooks import SAMPLES
from defusedxml.ElementTree import fromstring
from sqlalchemy import select, update

from matching.vocabulary import RecordStatus
from service.errors import NotFound
from service.models.exports import FormRemainder
from service.models.people import Person
from service.usecases.incoming import registration
from service.usecases.incoming.imports import ImportOptions, import_file
from service.usecases.outgoing.exporting_forms import export_form
from service.usecases.records import people

SAMPLE = (SAMPLES / "sample_synthetic.lrmx").read_text(encoding="utf-8")
WHY = "上报市委组织部审批"


def _text_of_word(content):
    made = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    return "\n".join(
        [*(paragraph.text for paragraph in made.paragraphs), *cells, made.sections[0].footer.paragraphs[0].text]
    )


@pytest.fixture
def form(database, actor, now, tmp_path):
    """Import a form as it is given, and export the person's form."""

    def imported(text, name="form.lrmx"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        with database.unit_of_work() as session:
            options = ImportOptions(talent_source="T1")
            return import_file(session, actor=actor, kind="people", path=path, now=now, options=options)

    def exported(file_format="lrmx", **options):
        with database.unit_of_work() as session:
            (number,) = session.scalars(select(Person.person_no))
            return export_form(
                session, actor=actor, person_no=number, file_format=file_format, now=now, **{"reason": WHY, **options}
            ).content

    return imported, exported


def _elements(content):
    root = fromstring(content)
    return {child.tag: ("".join(child.itertext()) or "").strip() for child in root}


_REFRESHED = {"JiSuanNianLingShiJian", "TianBiaoShiJian", "TianBiaoRen"}
_NEVER_KEPT = {"JiaTingChengYuan", "ZhaoPian"}


def test_the_sample_form_comes_back_part_by_part_and_changes_nothing(form):
    imported, exported = form
    imported(SAMPLE)
    before, after = _elements(SAMPLE.encode()), _elements(exported())
    kept = before.keys() - _REFRESHED - _NEVER_KEPT
    assert {tag: after[tag] for tag in kept} == {tag: before[tag] for tag in kept}
    assert list(after) == list(before)
    assert [after[tag] for tag in _NEVER_KEPT] == ["", ""]
    assert after["TianBiaoShiJian"] == "20261123"
    report = imported(exported(), "again.lrmx")
    assert (report.n_same, report.n_rows) == (1, 1)


def test_unknown_tags_come_back_as_they_were_where_they_were(form, database):
    imported, exported = form
    unknown = '<XinBiaoQian a="1">甲&amp;<Nei>𬭚</Nei>尾</XinBiaoQian>'
    imported(SAMPLE.replace("<MinZu>", f"{unknown}<MinZu>").replace("<Person>", '<Person from="5.0"><Tou/>'))
    text = exported().decode()
    assert unknown in text
    assert text.index("<ChuShengNianYue>") < text.index(unknown) < text.index("<MinZu>")
    assert '<Person from="5.0">\n  <Tou />\n  <XingMing>' in text
    with database.reading() as session:
        sealed = session.scalars(select(FormRemainder)).one().content_sealed
        assert b"XinBiaoQian" not in sealed
    imported(exported(), "again.lrmx")
    assert unknown in exported().decode()


def test_forms_in_a_zip_keep_their_unknown_tags_too(form):
    imported, exported = form
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("表/甲.lrmx", SAMPLE.replace("<MinZu>", "<Xin>新</Xin><MinZu>"))
    imported(packed.getvalue(), "forms.zip")
    assert "<Xin>新</Xin>" in exported().decode()


def test_no_family_and_no_photo_is_ever_kept(form, database):
    imported, exported = form
    imported(SAMPLE)
    with database.reading() as session:
        content = session.scalars(select(FormRemainder)).one().content
    for text in (content, exported().decode(), "".join(_text_of_word(exported("docx")))):
        assert "样例甲夫" not in text
        assert "/9j/4AAQ" not in text


@pytest.mark.parametrize(
    "part",
    [
        "<JiaTingChengYuan2><Item><XingMing>样例乙</XingMing></Item></JiaTingChengYuan2>",
        "<Kuozhan><ChengWei>妻子</ChengWei><Ming>样例乙</Ming></Kuozhan>",
        "<BeiZhu>配偶样例乙在外地工作</BeiZhu>",
        '<Ext kind="Spouse">样例乙</Ext>',
    ],
)
def test_no_family_member_stays_under_another_tag(form, database, part):
    imported, exported = form
    imported(SAMPLE.replace("<MinZu>", f"{part}<Liu>留</Liu><MinZu>"))
    with database.reading() as session:
        assert "样例乙" not in session.scalars(select(FormRemainder)).one().content
    assert "样例乙" not in exported().decode()
    assert "<Liu>留</Liu>" in exported().decode()


def test_numbers_in_unknown_parts_leave_for_a_reason_only(form):
    imported, exported = form
    imported(SAMPLE.replace("<MinZu>", "<Lian>13900001111</Lian><Liu>留</Liu><MinZu>"))
    assert "13900001111" not in exported(reason=None).decode()
    assert "<Liu>留</Liu>" in exported(reason=None).decode()
    assert "<Lian>13900001111</Lian>" in exported().decode()


def test_what_has_changed_since_is_said_as_it_is_now(form, database, actor, now):
    imported, exported = form
    imported(SAMPLE.replace("健康</Jian", "健康 </Jian"))
    with database.unit_of_work() as session:
        (person,) = session.scalars(select(Person))
        changes = {"degree": "2", "school_major": "另一大学", "resume": "=新简历", "native_place": "黑龙江另县"}
        people.edit_person(
            session, actor=actor, person_no=person.person_no, record=changes, expected_version=person.version, now=now
        )
    after = _elements(exported())
    assert (after["QuanRiZhiJiaoYu_XueWei"], after["JianLi"], after["JiGuan"]) == ("博士", "=新简历", "黑龙江另县")
    assert after["QuanRiZhiJiaoYu_XueLi_BiYeYuanXiaoXi"] == "另一大学"
    assert after["ZaiZhiJiaoYu_XueLi_BiYeYuanXiaoXi"] == ""


def test_a_form_names_the_proposed_post_and_is_a_form_for_printing(form, database, actor, now):
    from builders import a_vacancy, a_village
    from builders_registry import save

    imported, exported = form
    imported(SAMPLE)
    save(database, actor, now, villages=[a_village()], vacancies=[a_vacancy()])
    content = exported("docx", vacancy_no="V1")
    text = _text_of_word(content)
    said_of_the_person = ("样例甲", "1987.03\n（39岁）", "2009.06", "农艺师", "示范县清河镇东岗村第一书记")
    for said in ("干部任免审批表", "（照片）", "家庭\n主要成员\n及重要\n社会关系", *said_of_the_person):
        assert said in text, said
    assert "2010.07--2013.05  示范县清河镇东岗村党支部书记助理（大学生村官）" in text
    made = docx.Document(io.BytesIO(content))
    assert (round(made.sections[0].page_width.mm), round(made.sections[0].page_height.mm)) == (210, 297)
    assert "仿宋" in zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode()
    assert _elements(exported(vacancy_no="V1"))["NiRenZhiWu"] == "示范县清河镇东岗村第一书记"


def test_the_form_of_somebody_who_was_erased_is_not_given_out(form, database):
    imported, exported = form
    imported(SAMPLE)
    with database.unit_of_work() as session:
        session.execute(update(Person).values(record_status=RecordStatus.ERASED))
    with pytest.raises(NotFound):
        exported()


def test_a_try_keeps_nothing_of_a_form(database, actor, now):
    with database.unit_of_work() as session:
        options = ImportOptions(talent_source="T1", is_dry_run=True)
        import_file(
            session, actor=actor, kind="people", path=SAMPLES / "sample_synthetic.lrmx", now=now, options=options
        )
        assert session.scalars(select(FormRemainder)).all() == []


def test_both_databases_keep_remainders(any_database, actor, now):
    with any_database.unit_of_work() as session:
        options = ImportOptions(talent_source="T1")
        import_file(
            session, actor=actor, kind="people", path=SAMPLES / "sample_synthetic.lrmx", now=now, options=options
        )
        (number,) = session.scalars(select(Person.person_no))
        made = export_form(session, actor=actor, person_no=number, file_format="lrmx", now=now)
        assert "改革前任职年龄界限为55岁" in made.content.decode()
        registration.save_people(session, actor=actor, records=[], now=now)
