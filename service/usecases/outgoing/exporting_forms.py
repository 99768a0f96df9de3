"""The cadre form of one person, for the editors of forms (.lrmx) or for the printer (.docx)."""

from datetime import datetime

from sqlalchemy.orm import Session

from matching.vocabulary import RecordStatus, Text
from matching.vocabulary.codes import code_table
from service.access import Actor, require
from service.errors import NotFound
from service.files.form_documents import form_document
from service.files.lrmx_writing import write_lrmx
from service.usecases.days import day_of
from service.usecases.incoming.form_remainders import remainder_for
from service.usecases.outgoing.exporting import Content, ExportedFile, check_format, record_export
from service.usecases.privacy.masks import refuse_hidden
from service.usecases.privacy.unmasking import people_to_take_away
from service.usecases.records.people import find_person
from service.usecases.records.vacancies import get_vacancy
from service.usecases.territory import require_at_home

__all__ = ["export_form"]


def export_form(
    session: Session,
    *,
    actor: Actor,
    person_no: str,
    file_format: str,
    vacancy_no: str | None = None,
    reason: str | None = None,
    now: datetime,
) -> ExportedFile:
    """Export 干部任免审批表 of a person.

    Parameters
    ----------
    session : Session
    actor : Actor
    person_no : str
    file_format : {"lrmx", "docx"}
    vacancy_no : str, optional
        The post that is proposed (拟任职务).
    reason : str, optional
        Why the id number has to be in it in full; without one its middle is hidden, and parts of the imported form in
        which a number stands are left out.
    now : datetime

    Raises
    ------
    NotFound
        If nobody has this number, the person was erased, or there is no such vacancy.
    Conflict
        If the person stands in a blind review of the actor's.
    Forbidden, InvalidInput
    """
    require(actor, "export_forms")
    check_format(file_format, known=("lrmx", "docx"))
    person = find_person(session, actor=actor, person_no=person_no)
    if person.record_status is RecordStatus.ERASED:
        raise NotFound(
            Text("该人员档案已删除。", "The record of this person was erased."), place="person_no", value=person_no
        )
    require_at_home(session, person)
    refuse_hidden(session, person, actor=actor)
    today = day_of(now)
    filled = {
        "NiRenZhiWu": _proposed(session, actor, vacancy_no) if vacancy_no else "",
        "JiSuanNianLingShiJian": f"{today:%Y%m%d}",
        "TianBiaoShiJian": f"{today:%Y%m%d}",
        "TianBiaoRen": actor.username,
    }
    write = write_lrmx if file_format == "lrmx" else form_document
    (shown,) = people_to_take_away(session, [person], actor=actor, reason=reason)
    remainder = remainder_for(session, person.id, has_numbers=reason is not None)
    content = Content(
        kind="form",
        file_format=file_format,
        title=Text("干部任免审批表", "cadre form"),
        subject_no=person.person_no,  # of the survivor where the number asked for was merged
        selection={"vacancy_no": vacancy_no},
        n_people=1,
        person_nos=[person.person_no],
        n_rows=1,
        reason=reason,
        render=lambda mark: write(shown, remainder=remainder, filled=filled, today=today, mark=mark),
    )
    return record_export(session, content, actor=actor, now=now)


def _proposed(session: Session, actor: Actor, vacancy_no: str) -> str:
    vacancy = get_vacancy(session, actor=actor, vacancy_no=vacancy_no)
    township = vacancy.village.township
    post = code_table("post_type").label(vacancy.post_type).zh
    return f"{township.county.name}{township.name}{vacancy.village.name}{post}"
