"""Whether a vacancy lets its lists and its people go on: approved, not ended, and with a post that nobody has yet."""

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matching.vocabulary import Text, VacancyStatus
from matching.vocabulary.codes import code_table
from service.errors import Conflict
from service.models.appointments import Appointment
from service.models.candidacies import Candidacy
from service.models.shortlists import Shortlist
from service.models.territories import everywhere
from service.models.vacancies import Vacancy
from service.queries.reaches import IN_OFFICE
from service.usecases.workflow.moving import Moving

__all__ = ["CHOSEN", "ENDED", "OPEN", "check_headcount", "check_open", "n_chosen", "n_in_post", "nobody_chosen"]

#: States of a vacancy in which its lists go on.
OPEN = frozenset({VacancyStatus.APPROVED, VacancyStatus.SHORTLISTING})
#: Those that nothing leaves.
ENDED = frozenset({VacancyStatus.FILLED, VacancyStatus.CANCELLED, VacancyStatus.EXPIRED})
#: States of a candidacy that has a post without being in it yet.
CHOSEN = ("decided", "publicised")
#: Who has just come to the post is counted there, and no longer as chosen.
_IN_POST = select(Appointment.candidacy_id).where(
    Appointment.candidacy_id.is_not(None), Appointment.state.in_(IN_OFFICE)
)


def check_open(vacancy: Vacancy) -> None:
    """Refuse to lead a list or a person on towards a post that nobody approved, or that is no longer to be filled.

    Raises
    ------
    Conflict
    """
    status = vacancy.vacancy_status
    if status in OPEN:
        return
    state, number = code_table("vacancy_status").label(status.value), vacancy.vacancy_no
    is_ended = status in ENDED
    raise Conflict(
        Text(
            f"岗位 {number} 处于“{state.zh}”，名单和人选不能继续办理。",
            f"The vacancy {number} is in the state '{state.en}': neither its lists nor its people go on.",
        ),
        remedy=Text("请写明理由，退回名单或使人选退出。", "Return the list, or lead the person out, with the reason.")
        if is_ended
        else Text("请先由组织部门核定岗位。", "Have the vacancy approved first."),
        place="vacancy_no",
        value=number,
    )


def check_headcount(
    session: Session, vacancy: Vacancy, *, people: Collection[int], besides: Collection[int] = ()
) -> None:
    """Refuse to give more posts than a vacancy has, over all its lists, or a second one to the same person.

    Parameters
    ----------
    session : Session
    vacancy : Vacancy
        Locked, so that two who give its last post do not both see it free.
    people : collection of int
        Ids of the people who are to have a post.
    besides : collection of int
        Ids of candidacies that are not counted: their own.

    Raises
    ------
    Conflict
    """
    chosen, held = n_chosen(session, vacancy.id, besides=besides), n_in_post(session, vacancy.id)
    number, remedy = vacancy.vacancy_no, Text("如有人退出或离任，可再决定。", "If one of them leaves, decide again.")
    n_posts = vacancy.headcount
    if chosen + held + len(people) > n_posts:
        raise Conflict(
            Text(
                f"岗位 {number} 职数 {n_posts}：各名单已决定 {chosen} 人，在岗 {held} 人，不能再定 {len(people)} 人。",
                f"The headcount of the vacancy {number} is {n_posts}; over all its lists there are {chosen} decided on "
                f"and {held} in post, {len(people)} more cannot be.",
            ),
            remedy=remedy,
            place="headcount",
            value=n_posts,
        )
    if people and (n_twice := _n_having(session, vacancy.id, people=people, besides=besides)):
        raise Conflict(
            Text(f"其中 {n_twice} 人已有岗位 {number}。", f"{n_twice} of them have a post of {number} already."),
            remedy=Text("请另择人选。", "Choose somebody else."),
            place="chosen",
        )


def _n_having(session: Session, vacancy_id: int, *, people: Collection[int], besides: Collection[int]) -> int:
    chosen = select(Candidacy.person_id).join(Shortlist, Shortlist.id == Candidacy.shortlist_id).where(
        Shortlist.vacancy_id == vacancy_id, Candidacy.state.in_(CHOSEN), Candidacy.person_id.in_(people),
        Candidacy.id.not_in(besides),
    )  # fmt: skip
    held = select(Appointment.person_id).where(
        Appointment.vacancy_id == vacancy_id, Appointment.state.in_(IN_OFFICE), Appointment.person_id.in_(people)
    )
    with everywhere(session):
        return len({*session.scalars(chosen), *session.scalars(held)})


def n_chosen(session: Session, vacancy_id: int, *, besides: Collection[int] = ()) -> int:
    """Return how many people any list of a vacancy chose who are not in post yet and have not left.

    Parameters
    ----------
    besides : collection of int
        Ids of candidacies that are not counted.
    """
    chosen = (
        select(func.count())
        .select_from(Candidacy)
        .join(Shortlist, Shortlist.id == Candidacy.shortlist_id)
        .where(
            Shortlist.vacancy_id == vacancy_id,
            Candidacy.state.in_(CHOSEN),
            Candidacy.id.not_in(besides),
            Candidacy.id.not_in(_IN_POST),
        )
    )
    with everywhere(session):
        return session.scalar(chosen) or 0


def n_in_post(session: Session, vacancy_id: int) -> int:
    """Return how many people hold a post of a vacancy."""
    held = select(func.count()).where(Appointment.vacancy_id == vacancy_id, Appointment.state.in_(IN_OFFICE))
    with everywhere(session):
        return session.scalar(held) or 0


def nobody_chosen(moving: Moving) -> None:
    """Refuse to cancel a vacancy over the head of those chosen: each leaves first, by name and with a reason."""
    vacancy = moving.subject.row
    n = n_chosen(moving.session, vacancy.id)
    if n:
        raise Conflict(
            Text(
                f"岗位 {vacancy.vacancy_no} 已研究决定 {n} 人，尚未到岗，不能撤销岗位。",
                f"{n} decided on for the vacancy {vacancy.vacancy_no}, and not in post yet: it cannot be cancelled.",
            ),
            remedy=Text(
                "请先写明理由，使人选退出；已公示的，由部务会成员召回任职。",
                "Lead them out first, with the reason; a leader recalls an appointment that was made public.",
            ),
            place="vacancy_status",
            value=moving.asked.to,
        )
