"""Who signs a consent: the person on a paper that the office records, or with the account of the own record."""

from dataclasses import dataclass
from datetime import date, datetime

from matching.vocabulary import Text
from service.access import Actor, TerritoryKind, may, require
from service.errors import InvalidInput
from service.models.people import Person
from service.usecases.days import day_of

__all__ = ["Signature", "signature_of", "signs_as_oneself"]


@dataclass(frozen=True)
class Signature:
    """What stands under a consent or a withdrawal.

    Parameters
    ----------
    signed_by, document : str
    day : date
    """

    signed_by: str
    document: str
    day: date


def signs_as_oneself(actor: Actor) -> bool:
    """Whether an account is the person's own and gives and takes back consents without a paper."""
    return actor.territory.kind is TerritoryKind.OWN and may(actor, "sign_own_consents")


def signature_of(
    person: Person, *, actor: Actor, signed_by: str | None, document: str | None, day: date | None, now: datetime
) -> Signature:
    """Return who signs for a person: their own account by itself, today; everybody else tells of a paper.

    Parameters
    ----------
    person : Person
        As the actor found it, so that an own account has come to its own record.
    actor : Actor
    signed_by, document : str or None
        Of the paper; an own account needs neither.
    day : date or None
        Of the signature, not after today.
    now : datetime

    Raises
    ------
    Forbidden
        If the account may not record consents of others.
    InvalidInput
        If signature, document or day are missing, the day is to come, or an own account signs as somebody else or for
        another day.
    """
    signed_by, document = (signed_by or "").strip(), (document or "").strip()
    if signs_as_oneself(actor):
        return _own_signature(person, actor=actor, signed_by=signed_by, document=document, day=day, today=day_of(now))
    require(actor, "record_consents")
    for place, value in (("signed_by", signed_by), ("document", document), ("given_on", day)):
        if not value:
            raise InvalidInput(
                Text("缺少签字人、文件或日期。", "Signature, document or day is missing."),
                remedy=Text("请写明谁在哪天签的字、在哪份文件上。", "Say who signed on which day, and on which paper."),
                place=place,
            )
    if day is None or day > day_of(now):
        raise InvalidInput(
            Text("日期在今天之后。", "The day is yet to come."),
            remedy=Text("请核对签字日期。", "Check the day of the signature."),
            place="given_on",
            value=str(day),
        )
    return Signature(signed_by, document, day)


def _own_signature(
    person: Person, *, actor: Actor, signed_by: str, document: str, day: date | None, today: date
) -> Signature:
    if signed_by and signed_by != person.name:
        raise InvalidInput(
            Text("本人账号只能由本人签字。", "With the own account a person signs for nobody else."),
            remedy=Text("签字人可以不填。", "The signature may be left out."),
            place="signed_by",
        )
    # A day of the past would reach behind a withdrawal, or behind lists that were made meanwhile.
    if day not in {None, today}:
        raise InvalidInput(
            Text("本人账号办理的，日期为当天。", "With the own account the day is today."),
            remedy=Text("日期可以不填。", "The day may be left out."),
            place="given_on",
            value=str(day),
        )
    by_account = f"本人账号办理 / by the own account: {actor.username}"
    return Signature(person.name or person.person_no, document or by_account, today)
