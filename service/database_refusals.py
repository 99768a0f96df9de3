"""What the database refuses, said like every refusal: what it means, whether anything was saved, and when to try again.

Neither the address of the database nor a statement or a value stands in what is said: drivers put them in their words.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft
from sqlalchemy.orm.exc import StaleDataError

from matching.vocabulary import Text
from service.errors import Conflict, InvalidInput, PreconditionFailed, ServiceError

__all__ = ["DATABASE_ERRORS", "DatabaseRefusal", "refusal_of_database"]

#: What sessions and drivers raise; half a character is refused by the driver in Python's own way.
DATABASE_ERRORS = (SQLAlchemyError, UnicodeEncodeError)

_SOON_S, _LATER_S = 5, 60
_AGAIN = Text("请稍后重试。", "Try again in a moment.")
_ADMINISTRATOR = Text("请联系系统管理员。", "Tell the administrator.")


class DatabaseRefusal(ServiceError):
    """The database could not do what was asked, for a reason that is not in the request.

    Parameters
    ----------
    problem : Text
    remedy : Text
    status : int
    code : str
    exit_code : int
    retry_after_s : int
        After how many seconds another attempt has a chance.
    """

    def __init__(
        self, problem: Text, *, remedy: Text, status: int, code: str, exit_code: int, retry_after_s: int
    ) -> None:
        super().__init__(problem, remedy=remedy)
        self.status, self.code, self.exit_code = status, code, exit_code
        self.retry_after_s = retry_after_s


@dataclass(frozen=True, kw_only=True)
class _Case:
    problem: Text
    remedy: Text = _AGAIN
    status: int = 503
    code: str = "unavailable"
    exit_code: int = 75  # EX_TEMPFAIL: a script may try it again
    retry_after_s: int = _SOON_S


_BUSY = _Case(
    problem=Text(
        "别人正在改动同一批数据，未保存任何内容。", "Somebody else is changing the same data; nothing was saved."
    ),
    status=409,
    code="locked",
    exit_code=5,
    retry_after_s=1,
)
_TOO_LONG = _Case(
    problem=Text(
        "数据库处理超时，已中止，未保存任何内容。", "The database took too long and was stopped; nothing was saved."
    ),
    remedy=Text(
        "请稍后重试；若仍超时，请缩小范围或联系系统管理员。",
        "Try again in a moment; if it happens again, ask for less or tell the administrator.",
    ),
)
_FULL = _Case(
    problem=Text(
        "数据库所在磁盘或内存已满，未保存任何内容。", "The database has no disk or memory left; nothing was saved."
    ),
    remedy=Text("请系统管理员清理空间后重试。", "Ask the administrator to make room, then try again."),
    retry_after_s=_LATER_S,
)
_READ_ONLY = _Case(
    problem=Text(
        "数据库目前只能读取，未保存任何内容。", "The database can only be read at present; nothing was saved."
    ),
    remedy=Text(
        "可能正在维护或切换；请稍后重试，或联系系统管理员。",
        "It may be under maintenance; try again later or tell the administrator.",
    ),
    retry_after_s=_LATER_S,
)
_CROWDED = _Case(
    problem=Text("数据库连接已用完，未保存任何内容。", "All connections to the database are taken; nothing was saved."),
)
_FORBIDDEN = _Case(
    problem=Text(
        "数据库角色没有所需权限，未保存任何内容。",
        "The database role lacks a right that is needed; nothing was saved.",
    ),
    remedy=Text(
        "请系统管理员按 docs/operations.md 授予服务角色权限。",
        "Ask the administrator to grant the service role its rights as in docs/operations.md.",
    ),
    code="not_configured",
    exit_code=1,
    retry_after_s=_LATER_S,
)
_LOST = _Case(
    problem=Text(
        "数据库暂时无法访问，是否已保存不能确定。",
        "The database cannot be reached; whether it was saved is not known.",
    ),
    remedy=Text(
        "请稍后查看，未保存时再试；程序请以同一 Idempotency-Key 重试。",
        "Look in a moment and try again if it was not saved; programs repeat it with the same Idempotency-Key.",
    ),
)
#: By SQLSTATE of PostgreSQL, the longest prefix first.
_BY_SQLSTATE = {
    "40001": _BUSY,
    "40P01": _BUSY,
    "55P03": _BUSY,
    "57014": _TOO_LONG,
    "25P03": _TOO_LONG,
    "25P04": _TOO_LONG,
    "25006": _READ_ONLY,
    "53300": _CROWDED,
    "42501": _FORBIDDEN,
    "53": _FULL,
    "08": _LOST,
    "57P": _LOST,
    "58": _LOST,
}
#: By name of SQLite's codes; SQLITE_ERROR is a wrong statement and ours.
_BY_SQLITE_NAME = {
    "SQLITE_BUSY": _BUSY,
    "SQLITE_LOCKED": _BUSY,
    "SQLITE_FULL": _FULL,
    "SQLITE_NOMEM": _FULL,
    "SQLITE_READONLY": _READ_ONLY,
}
_OURS = "SQLITE_ERROR"
_TOO_LARGE = "54"  # rows of an index and the like


def refusal_of_database(error: BaseException) -> ServiceError | None:
    """Return the refusal that stands for an error of the database, None if it is a fault of the service.

    Parameters
    ----------
    error : BaseException
        Of SQLAlchemy, or of the driver where it was asked directly.
    """
    if isinstance(error, StaleDataError):
        return PreconditionFailed(
            Text("这条记录刚刚被他人修改。", "Somebody else has just changed this record."),
            remedy=Text("请重新读取后再提交。", "Read it again and repeat the change."),
        )
    if isinstance(error, IntegrityError):
        return Conflict(
            Text("同一编号刚刚被他人使用。", "Somebody else has just used the same number."),
            remedy=Text("请重新读取后再提交。", "Read the record again and repeat the request."),
        )
    if isinstance(error, NoConnectionLeft):
        return _refusal(_CROWDED)
    found = error.orig if isinstance(error, DBAPIError) else error
    state: str = getattr(found, "sqlstate", None) or ""
    if isinstance(error, DataError | UnicodeEncodeError) or state.startswith(_TOO_LARGE):
        return _unfit()
    case = _case(found, state)
    if case is not None:
        return _refusal(case)
    if isinstance(error, OperationalError) and getattr(found, "sqlite_errorname", None) != _OURS:
        return _refusal(_LOST)
    return None


def _case(found: Any, state: str) -> _Case | None:
    for length in (5, 3, 2):
        if len(state) == 5 and state[:length] in _BY_SQLSTATE:
            return _BY_SQLSTATE[state[:length]]
    name: str = getattr(found, "sqlite_errorname", None) or ""
    return next((case for known, case in _BY_SQLITE_NAME.items() if name.startswith(known)), None)


def _refusal(case: _Case) -> DatabaseRefusal:
    return DatabaseRefusal(
        case.problem,
        remedy=case.remedy,
        status=case.status,
        code=case.code,
        exit_code=case.exit_code,
        retry_after_s=case.retry_after_s,
    )


def _unfit() -> InvalidInput:
    return InvalidInput(
        Text(
            "有一个值过长、超出范围或含有不能保存的字符，未保存任何内容。",
            "A value is too long, out of range, or holds characters that cannot be stored; nothing was saved.",
        ),
        remedy=Text("请核对所填内容，各字段的限度见 /api/docs。", "Check what was given; /api/docs has the limits."),
    )
