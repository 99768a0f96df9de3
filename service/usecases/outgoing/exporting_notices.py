"""Public notices as documents."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import Actor, require
from service.files.documents import Document, Facts, Lines
from service.files.pdf_documents import pdf_document
from service.files.word_documents import word_document
from service.models.appointments import PublicityNotice
from service.usecases.outgoing.exporting import Content, ExportedFile, check_format, record_export
from service.usecases.records.single_records import not_found
from service.usecases.workflow.notice_fields import printed_fields
from service.workflow.working_days import MANUAL_CHECK

__all__ = ["export_notice"]

_TITLE = Text("任前公示", "Public notice before an appointment")
_LEAD = Text("根据工作安排，现将拟任人选有关情况公示如下。", "The following person is to be appointed.")
_OBJECTIONS = Text(
    "公示期间，如有反映，请以来电、来信、来访等形式向上列受理单位提出。反映情况应实事求是。",
    "Objections may be raised with the office above by phone, letter or in person until the period ends.",
)


def export_notice(
    session: Session, *, actor: Actor, notice_no: str, file_format: str, language: str = "zh", now: datetime
) -> ExportedFile:
    """Export a public notice as it was made public.

    Parameters
    ----------
    session : Session
    actor : Actor
    notice_no : str
    file_format : {"docx", "pdf"}
    language : {"zh", "en"}
    now : datetime

    Raises
    ------
    NotFound
        If there is no such notice.
    NotConfigured
        If PDFs cannot be made here.
    Forbidden, InvalidInput
    """
    require(actor, "publish_notices")
    check_format(file_format, known=("docx", "pdf"))
    notice = session.scalar(select(PublicityNotice).where(PublicityNotice.notice_no == notice_no))
    if notice is None:
        raise not_found(Text("公示", "notice"), notice_no, place="subject_no")
    blocks: list[Lines | Facts] = [
        Lines([_LEAD.in_(language)]),
        Facts([(title.in_(language), text.in_(language)) for title, text in printed_fields(notice.shown)], label_mm=48),
        Lines([_OBJECTIONS.in_(language)]),
    ]
    if notice.is_end_unchecked:
        blocks.append(Lines([MANUAL_CHECK.in_(language)], is_small=True))
    document = Document(title=_TITLE.in_(language), blocks=blocks, language=language)
    write = word_document if file_format == "docx" else pdf_document
    content = Content(
        kind="notice",
        file_format=file_format,
        title=Text(f"任前公示{notice_no}", f"public notice {notice_no}"),
        subject_no=notice_no,
        selection={"language": language},
        n_people=1,
        n_rows=1,
        render=lambda mark: write(document, mark=mark),
    )
    return record_export(session, content, actor=actor, now=now)
