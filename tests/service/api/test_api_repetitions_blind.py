"""A kept answer does not tell whom a blind review hides by now."""

from builders import a_person, a_vacancy, a_village, an_actor
from builders_offices import reader_of
from builders_registry import save

from service.access import Role
from service.usecases.privacy.blind_reviews import open_blind_review


def test_a_kept_answer_shows_nobody_whom_a_blind_review_hides_since(app, database, actor, now):
    save(database, actor, now, villages=[a_village()], people=[a_person()], vacancies=[a_vacancy()])
    officer = reader_of(app, database, Role.OFFICER, now=now)

    def ask(key):
        asked = officer.post("/api/v1/vacancies/V1/shortlists", json={"k": 3}, headers={"Idempotency-Key": key})
        return asked.status_code, "样例甲" in asked.text

    assert [ask("k1"), ask("k1")] == [(201, True)] * 2
    with database.unit_of_work() as session:
        open_blind_review(session, actor=an_actor(Role.OFFICER, username="other"), vacancy_no="V1", now=now)
    assert ask("k1") == (422, False)
    assert ask("k2") == (201, False)


def test_an_act_that_opens_a_blind_review_is_answered_again(app, database, actor, now):
    save(database, actor, now, villages=[a_village()], people=[a_person()], vacancies=[a_vacancy()])
    officer = reader_of(app, database, Role.OFFICER, now=now)
    officer.post("/api/v1/vacancies/V1/shortlists", json={"k": 3})
    again = [
        officer.post("/api/v1/vacancies/V1/blind-review", json={}, headers={"Idempotency-Key": "k3"}) for _ in range(2)
    ]
    assert again[0].status_code == again[1].status_code < 300, again[0].text
