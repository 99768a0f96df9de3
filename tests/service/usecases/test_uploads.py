"""A file on its way in: sealed, for its owner alone, for some hours; cells mended on the way count."""

from datetime import timedelta

import pytest
from builders import an_actor
from builders_workbooks import a_roster_row, write_records
from sqlalchemy import select, text

from service.access import EVERYWHERE, Actor, Role
from service.errors import Conflict, Forbidden, InvalidInput, NotFound
from service.files.outlines import ColumnState
from service.models.imports import Import
from service.models.people import Person
from service.models.uploads import Upload
from service.usecases.incoming import uploads
from service.usecases.incoming.importing_uploads import check_upload, import_upload, marked_check, outline_of
from service.usecases.incoming.upload_terms import UploadTerms

BAD = a_roster_row("P7", 姓名="样例乙", 出生年月="1985.13", 带动农户数="约200户")


@pytest.fixture
def sent(database, actor, now, tmp_path):
    def sent(*records, by=actor, name="名册.xlsx", kind="people", terms=None, content=None):
        data = content or write_records(tmp_path / "sent.xlsx", *(records or (a_roster_row(), BAD))).read_bytes()
        with database.unit_of_work() as session:
            given = {"file_name": name, "content": data, "terms": terms, "now": now}
            return uploads.receive_upload(session, actor=by, kind=kind, **given).id

    return sent


@pytest.fixture
def at(database, actor, now):
    """Do something with an upload in a transaction of its own."""

    def at(upload_id, act, by=actor, when=now):
        with database.unit_of_work() as session:
            upload = uploads.find_upload(session, actor=by, upload_id=upload_id, now=when)
            return act(session, upload)

    return at


def _checked(actor, now):
    return lambda session, upload: check_upload(session, actor=actor, upload=upload, now=now)


def _imported(actor, now):
    return lambda session, upload: import_upload(session, actor=actor, upload=upload, now=now, language="zh")


def test_neither_the_file_nor_its_name_nor_its_report_is_stored_in_clear(database, sent, at, actor, now):
    number = sent()
    at(number, _checked(actor, now))
    with database.reading() as session:
        row = session.execute(text("SELECT * FROM uploads")).mappings().one()
    stored = b" ".join(bytes(value) if not isinstance(value, str) else value.encode() for value in row.values() if
                       isinstance(value, bytes | memoryview | str))  # fmt: skip
    for clear in ("名册", "样例乙", "1985.13"):
        assert clear.encode() not in stored


def test_a_check_keeps_what_it_found_and_nothing_else(database, sent, at, actor, now):
    number = sent()
    report = at(number, _checked(actor, now))
    assert (report.n_rows, report.n_new, report.is_kept) == (2, 2, False)
    kept = at(number, lambda _, upload: uploads.report_of_upload(upload))
    assert kept["row_titles"] == {"名册!2": "样例甲", "名册!3": "样例乙"}
    assert {one["cell"] for one in kept["findings"] if one["effect"] == "cell_refused"} == {"G3", "H3"}
    with database.reading() as session:
        assert session.scalars(select(Person)).all() == []
        assert session.scalars(select(Import)).all() == []


def test_mended_cells_count_are_noted_and_only_their_number_is_kept(database, sent, at, actor, now):
    number = sent()
    mended = UploadTerms(cells={"名册!G3": "1985-12", "名册!H3": "200", "名册!ZZZ9": "x", "other!A1": "x"})
    given = {"actor": actor, "terms": mended, "now": now}
    at(number, lambda session, upload: uploads.change_terms(session, upload=upload, **given))
    report = at(number, _imported(actor, now))
    assert report.is_clean
    assert [one.cell for one in report.findings if "已更正" in one.problem.zh]
    with database.reading() as session:
        person = session.scalars(select(Person).where(Person.person_no == "P7")).one()
        assert (person.birth_date.isoformat(), person.households_led) == ("1985-12-01", 200)
        (kept,) = session.scalars(select(Import))
        assert "1985-12" not in str(kept.options)
        assert kept.options["n_cells_mended"] == 4


def test_after_the_import_only_the_marked_workbook_is_left(sent, at, actor, now):
    number = sent()
    before = at(number, lambda _, upload: uploads.content_of(upload))
    at(number, _imported(actor, now))
    after = at(number, lambda _, upload: uploads.content_of(upload))
    assert after.startswith(b"PK")
    assert after != before
    with pytest.raises(Conflict):
        at(number, lambda s, u: uploads.begin_work(s, actor=actor, upload=u, state="checking", now=now))


def test_all_or_nothing_imports_nothing_and_keeps_the_file(database, sent, at, actor, now):
    number = sent(terms=UploadTerms(is_all_or_nothing=True))
    assert not at(number, _imported(actor, now)).is_kept
    assert at(number, lambda _, upload: (upload.state, upload.import_id)) == ("checked", None)
    with database.reading() as session:
        assert session.scalars(select(Person)).all() == []


def test_a_file_is_there_for_its_owner_alone_and_only_for_some_hours(database, sent, at, actor, now):
    number = sent()
    other = Actor("other", frozenset({Role.OFFICER}), EVERYWHERE, account_id=77)
    for by, when in ((other, now), (actor, now + uploads.KEPT_FOR)):
        with pytest.raises(NotFound):
            at(number, lambda *_: None, by=by, when=when)
    auditor = an_actor(Role.AUDITOR)
    with pytest.raises(Forbidden):
        at(number, lambda *_: None, by=auditor)
    with database.unit_of_work() as session:
        assert uploads.forget_expired_uploads(session, now=now + uploads.KEPT_FOR) == 1
        assert session.scalars(select(Upload)).all() == []


def test_the_oldest_of_more_than_five_files_goes(database, sent, actor, now):
    numbers = [sent() for _ in range(6)]
    with database.reading() as session:
        kept = uploads.list_uploads(session, actor=actor, now=now)
    assert [one.id for one in kept] == numbers[:0:-1]


def test_two_do_not_work_on_one_file_at_a_time_unless_the_first_is_long_dead(sent, at, actor, now):
    number = sent()
    at(number, lambda s, u: uploads.begin_work(s, actor=actor, upload=u, state="checking", now=now))
    with pytest.raises(Conflict):
        at(number, lambda s, u: uploads.begin_work(s, actor=actor, upload=u, state="checking", now=now))
    later = now + timedelta(hours=1)
    at(number, lambda s, u: uploads.begin_work(s, actor=actor, upload=u, state="checking", now=later))


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [("", b"x", "people"), ("a\x00b", b"x", "people"), ("a.csv", b"", "people"), ("a.csv", b"x", "hobbies")],
)
def test_what_cannot_be_a_file_is_refused(database, actor, now, name, content, kind):
    with database.unit_of_work() as session, pytest.raises(InvalidInput):
        uploads.receive_upload(session, actor=actor, kind=kind, file_name=name, content=content, now=now)


def test_folders_are_cut_off_a_name(sent, at):
    assert at(sent(name="C:\\桌面\\..\\名册.xlsx"), lambda _, upload: upload.file_name) == "名册.xlsx"


def test_columns_are_told_known_guessed_unknown_and_left_out(sent, at, actor):
    number = sent(a_roster_row(工作单位全称="样例社", 宗教信仰="无", 爱好="钓鱼", 身份证号="239901199005010010"))
    outline = at(number, lambda _, upload: outline_of(actor=actor, upload=upload))
    found = {one.header: one for one in outline.sheets[0].columns}
    assert found["姓名"].state is ColumnState.TAKEN
    assert (found["工作单位全称"].state, found["工作单位全称"].field) == (ColumnState.GUESSED, "employer")
    assert found["爱好"].state is ColumnState.UNKNOWN
    assert found["宗教信仰"].state is ColumnState.LEFT_OUT
    assert found["身份证号"].samples == ("239*************10",)
    assert outline.n_guessed == 1


def test_a_text_file_tells_its_encoding_and_another_one_can_be_given(sent, at, actor, now):
    number = sent(name="名册.csv", content="姓名,人才类别\n样例甲,村官\n".encode("gbk"))
    outline = at(number, lambda _, upload: outline_of(actor=actor, upload=upload))
    assert (outline.encoding, outline.is_guess) == ("gb18030", True)
    given = {"actor": actor, "terms": UploadTerms(encoding="gbk"), "now": now}
    at(number, lambda session, upload: uploads.change_terms(session, upload=upload, **given))
    assert at(number, lambda _, upload: outline_of(actor=actor, upload=upload)).encoding == "gbk"


def test_the_marked_workbook_can_be_had_before_anything_comes_in(database, sent, at, actor, now):
    number = sent()
    given = {"actor": actor, "now": now, "language": "en"}
    assert at(number, lambda session, upload: marked_check(session, upload=upload, **given)).startswith(b"PK")
    with database.reading() as session:
        assert session.scalars(select(Person)).all() == []
