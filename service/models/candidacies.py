"""People on their way to a post: the round of a shortlist, its candidacies, what was said of them, who signed."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matching.vocabulary import ReviewDecision
from matching.vocabulary.replies import ReplyKind
from service.db import Model, enum_type
from service.models.people import Person
from service.models.sealing import Sealed
from service.models.shortlists import Shortlist

__all__ = ["DECIDING", "Candidacy", "Opinion", "Reply", "Round", "Signature"]


class Round(Model):
    """Where the review of a frozen list stands; the list itself is never rewritten."""

    __tablename__ = "rounds"

    shortlist_id: Mapped[int] = mapped_column(ForeignKey("shortlists.id"), primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime]

    shortlist: Mapped[Shortlist] = relationship()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a plain attribute


#: Whoever decides on a list signs for its people by it.
DECIDING = "org_dept_leader"


class Candidacy(Model):
    """One person in one shortlist."""

    __tablename__ = "candidacies"
    __table_args__ = (UniqueConstraint("shortlist_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    candidacy_no: Mapped[str] = mapped_column(String(40), unique=True)
    shortlist_id: Mapped[int] = mapped_column(ForeignKey("shortlists.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    shown_rank: Mapped[int | None]  # NULL = added by hand
    state: Mapped[str] = mapped_column(String(20), index=True)
    # The office's conclusion, as the last opinion that concludes says it.
    conclusion: Mapped[ReviewDecision | None] = mapped_column(enum_type(ReviewDecision))
    added_by: Mapped[str | None] = mapped_column(String(60))
    added_reason = Sealed("added_reason")
    added_reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    person: Mapped[Person] = relationship()
    shortlist: Mapped[Shortlist] = relationship()
    opinions: Mapped[list["Opinion"]] = relationship(order_by="Opinion.id")
    signatures: Mapped[list["Signature"]] = relationship(order_by="Signature.id")
    replies: Mapped[list["Reply"]] = relationship(order_by="Reply.id")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a plain attribute

    @property
    def standing_opinions(self) -> list["Opinion"]:
        """The last opinion of each reviewer that was not undone, without the office's."""
        last = {one.username: one for one in self.opinions if one.undone_at is None and not one.is_conclusion}
        return sorted(last.values(), key=lambda one: one.id)

    @property
    def standing_replies(self) -> dict[str, "Reply"]:
        """The last reply of each party that was asked."""
        return {one.party: one for one in self.replies}

    @property
    def paper_signatures(self) -> list["Signature"]:
        """The signatures that somebody recorded from a paper; the others came with a reply or the decision itself."""
        by_account = {one.version for one in self.replies}
        return [one for one in self.signatures if one.version not in by_account and one.signatory != DECIDING]

    @property
    def standing_conclusion(self) -> "Opinion | None":
        """The office's conclusion in force."""
        return next((one for one in reversed(self.opinions) if one.is_conclusion and one.undone_at is None), None)


class Opinion(Model):
    """What one reviewer, or the office, said of a candidacy at one moment; undone by a mark, never deleted."""

    __tablename__ = "opinions"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    candidacy_id: Mapped[int] = mapped_column(ForeignKey("candidacies.id"), index=True)
    is_conclusion: Mapped[bool]
    username: Mapped[str] = mapped_column(String(60))
    role: Mapped[str] = mapped_column(String(40))
    reviewer_no: Mapped[str] = mapped_column(String(40))  # under which the ranker knows the reviewer
    decision: Mapped[ReviewDecision] = mapped_column(enum_type(ReviewDecision))
    reason_codes: Mapped[tuple[str, ...] | None]
    reason = Sealed("reason")
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    document = Sealed("document")  # on which somebody was set aside
    document_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    version: Mapped[int]  # of the candidacy, afterwards
    at: Mapped[datetime]
    undone_by: Mapped[str | None] = mapped_column(String(60))
    undone_at: Mapped[datetime | None]
    undone_version: Mapped[int | None]


class Signature(Model):
    """A signature that a candidacy needs, and the paper that bears it."""

    __tablename__ = "signatures"
    __table_args__ = (UniqueConstraint("candidacy_id", "signatory"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    candidacy_id: Mapped[int] = mapped_column(ForeignKey("candidacies.id"))
    signatory: Mapped[str] = mapped_column(String(30))
    signed_name = Sealed("signed_name")
    signed_name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    document: Mapped[str] = mapped_column(String(120))
    signed_on: Mapped[date]
    recorded_by: Mapped[str] = mapped_column(String(60))
    version: Mapped[int]  # of the candidacy, afterwards
    at: Mapped[datetime]


class Reply(Model):
    """What a party that was asked said over its own account; a later one stands in the place of an earlier one."""

    __tablename__ = "replies"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    candidacy_id: Mapped[int] = mapped_column(ForeignKey("candidacies.id"), index=True)
    party: Mapped[str] = mapped_column(String(40))  # a role
    reply: Mapped[ReplyKind] = mapped_column(enum_type(ReplyKind))
    signed_name = Sealed("signed_name")
    signed_name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    document: Mapped[str | None] = mapped_column(String(120))
    reason = Sealed("reason")
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    replied_on: Mapped[date]
    # How a meeting of the village voted: 应到, 实到, 同意, 不同意, 弃权.
    n_entitled: Mapped[int | None]
    n_present: Mapped[int | None]
    n_for: Mapped[int | None]
    n_against: Mapped[int | None]
    n_abstained: Mapped[int | None]
    username: Mapped[str] = mapped_column(String(60))
    version: Mapped[int]  # of the candidacy, afterwards
    at: Mapped[datetime]
