"""Findings about records that may be of one person."""

from datetime import date

from matching.vocabulary import Text

__all__ = ["LEAVE_DAY", "joined_before", "said_twice", "same_id_number", "same_id_number_as"]


#: What to do about another day of joining.
LEAVE_DAY = Text("请留空，或填原日期。", "Leave it empty, or give that day.")


def joined_before(known: date) -> Text:
    """Return the finding about another day of joining the pools than is known of somebody."""
    return Text(
        f"已登记的入库日期是 {known.isoformat()}，保持不变。",
        f"The day of joining is known as {known.isoformat()} and stays.",
    )


def said_twice(index: int) -> Text:
    """Return the finding about a record of somebody whom another record of the same call names."""
    return Text(
        f"与第{index + 1}条记录是同一个人，未重复登记。",
        f"The same person as record {index + 1}; not registered twice.",
    )


def same_id_number(person_no: str) -> Text:
    """Return the finding about an id number that somebody else is registered with."""
    return Text(
        f"身份证号与 {person_no} 相同，两条都已保留，请核对是否同一人。",
        f"The same id number as {person_no}; both are kept, please check whether it is one person.",
    )


def same_id_number_as(index: int) -> Text:
    """Return the finding about an id number that another record of the same call has."""
    return Text(
        f"身份证号与第{index + 1}条记录相同，两条都已保留，请核对是否同一人。",
        f"The same id number as record {index + 1}; both are kept, please check whether it is one person.",
    )
