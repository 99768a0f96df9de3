"""Findings about records that may be of one person."""

from matching.vocabulary import Text

__all__ = ["SOMEBODY_ELSE", "WHO_REMEDY", "said_twice", "same_id_number", "same_id_number_as"]


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


SOMEBODY_ELSE = Text(
    "姓名、身份证号、出生年月或人才类别与已核验的登记不同，档案改为待核验。",
    "Name, id number, birth date or pool differ from the verified record, which has to be verified again.",
)
WHO_REMEDY = Text(
    "请核对人员编号是否填错；确为同一人的，重新核验。",
    "Check the person number; if it is the same person, verify the record again.",
)
