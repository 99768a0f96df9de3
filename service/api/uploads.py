"""The form with which a file comes in over the API: what is given for the file is checked before it is read."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import request
from marshmallow import ValidationError
from werkzeug.datastructures import FileStorage

from matching.vocabulary import Text
from schemas.imports import ImportFormSchema
from service.api.bodies import UnsupportedMediaType
from service.api.refused_fields import invalid_input
from service.api.wording import meant
from service.errors import InvalidInput
from service.files.encodings import ENCODINGS
from service.sent_texts import check_text
from service.usecases.incoming.import_kinds import IMPORT_KINDS
from service.usecases.incoming.imports import ImportOptions
from service.usecases.records.attestation import Attestation

__all__ = ["IMPORT_FORM", "Upload", "read_upload", "store_upload"]

_FORM = ImportFormSchema()
_MOST_BYTES = 51_000_000
_LONGEST_NAME = 200
_FILE = {"type": "string", "format": "binary", **meant("表格文件", "The table: .xlsx, .xls, .et, .csv, .lrmx")}
_YES = {"type": "string", "enum": ["true", "false"], "default": "false"}
_WORD = {"type": "string", "maxLength": 60}
_ENCODING = {"type": "string", "enum": list(ENCODINGS)}
_LANGUAGE = {"type": "string", "enum": ["zh", "en"], "default": "zh"}

_WHOSE = meant(
    "表的种类；decisions 仅限有审阅结论权的账号（县组织部门经办）",
    "Kind of table; decisions are for accounts that conclude reviews (county officers) alone",
)

#: Shape of the form, for the API document.
IMPORT_FORM = {
    "type": "object",
    "required": ["kind", "file"],
    "properties": {
        "file": _FILE,
        "kind": {"type": "string", "enum": list(IMPORT_KINDS), **_WHOSE},
        "dry_run": {**_YES, **meant("只检查，不保存", "Check everything, keep nothing")},
        "all_or_nothing": {**_YES, **meant("有一处不合格即全部不导入", "Save nothing if anything is refused")},
        "erase_blanks": {**_YES, **meant("空格清空已有内容", "A blank cell erases what is known")},
        "keep_conflicts": {**_YES, **meant("冲突时保留现值", "What was set by hand or verified stays")},
        **dict.fromkeys(("county", "township", "talent_source", "attested_by"), _WORD),
        "attested_document": {"type": "string", "maxLength": 120},
        "encoding": {**_ENCODING, **meant("CSV 的编码，不填则自动识别", "Of a CSV file; found out unless given")},
        "mapping": {**_WORD, **meant("使用某单位已保存的列名对应", "Headers that were saved for an office")},
        "marked": {**_YES, **meant("答复附带标注的原表", "The answer carries the workbook with its bad cells marked")},
        "language": {**_LANGUAGE, **meant("标注所用语言", "Language of the marks")},
    },
}


@dataclass(frozen=True, kw_only=True)
class Upload:
    """What came with a form.

    Parameters
    ----------
    kind : str
    options : ImportOptions
        Without the headers of the office.
    office : str or None
        Whose saved headers are used.
    file_name : str
        Without folders; it tells the format and the lineage.
    is_marked : bool
        Whether the workbook is wanted back with its marks.
    language : str
    """

    kind: str
    options: ImportOptions
    office: str | None
    file_name: str
    is_marked: bool
    language: str


def read_upload() -> Upload:
    """Read the form of the request.

    Raises
    ------
    UnsupportedMediaType
        If it is no form with a file.
    InvalidInput
        If the file is missing or something given for it is not known.
    """
    request.max_content_length = _MOST_BYTES
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType(
            Text("请以 multipart/form-data 提交文件。", "Send the file as multipart/form-data."),
            remedy=Text("字段：file、kind 等。", "With the fields file, kind and so on."),
            place="Content-Type",
            value=request.headers.get("Content-Type", ""),
        )
    request.get_data(cache=True)  # read once: for the form, and for the digest of a repetition
    given = _given()
    return Upload(
        kind=given["kind"],
        options=_options(given),
        office=given.get("mapping"),
        file_name=_file_name(),
        is_marked=bool(given["marked"]),
        language=given["language"],
    )


def store_upload(upload: Upload, directory: Path) -> Path:
    """Put the uploaded file aside under its own name.

    Raises
    ------
    InvalidInput
        If no file can have this name.
    """
    path = directory / upload.file_name
    try:
        request.files["file"].save(path)
    except (OSError, ValueError) as error:
        raise InvalidInput(
            Text("文件名不能使用。", "The name of the file cannot be used."),
            remedy=Text("请缩短文件名后重试。", "Shorten it and try again."),
            place="file",
        ) from error
    return path


def _given() -> dict[str, Any]:
    for name, value in request.form.items(multi=True):
        check_text(value, place=name)
    try:
        given: dict[str, Any] = _FORM.load(request.form.to_dict())
    except ValidationError as error:
        raise invalid_input(ValidationError({"json": error.messages}), _FORM) from error
    _check_known(given["kind"], IMPORT_KINDS, place="kind")
    _check_known(given.get("encoding"), ENCODINGS, place="encoding")
    if given.get("attested_by") is not None and given.get("attested_document") is None:
        raise InvalidInput(
            Text("给出核验人时须同时给出依据文件。", "attested_by needs its attested_document."),
            place="attested_by",
        )
    return given


def _options(given: dict[str, Any]) -> ImportOptions:
    name, document = given.get("attested_by"), given.get("attested_document")
    return ImportOptions(
        attestation=Attestation(name, document) if document else None,
        county=given.get("county"),
        township=given.get("township"),
        talent_source=given.get("talent_source"),
        is_dry_run=bool(given["dry_run"]),
        is_all_or_nothing=bool(given["all_or_nothing"]),
        erases_blanks=bool(given["erase_blanks"]),
        keeps_conflicts=bool(given["keep_conflicts"]),
        encoding=given.get("encoding"),
    )


def _check_known(value: str | None, known: Collection[str], *, place: str) -> None:
    if value is not None and value not in known:
        raise InvalidInput(
            Text(f"“{value}”不可用。", f"'{value}' is not known."),
            remedy=Text(f"可填：{'、'.join(known)}。", f"Known: {', '.join(known)}."),
            place=place,
            value=value,
        )


def _file_name() -> str:
    upload: FileStorage | None = request.files.get("file")
    if upload is None:
        raise InvalidInput(
            Text("没有收到文件。", "There is no file."),
            remedy=Text("请在字段 file 中提交一个文件。", "Send one in the field file."),
            place="file",
        )
    name = Path((upload.filename or "").replace("\\", "/")).name or "upload"
    check_text(name, place="file", longest=_LONGEST_NAME)
    return name
