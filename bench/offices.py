"""Who acts in benchmarks: a whole office that sees everybody."""

import os
from datetime import UTC, datetime

from service.access import EVERYWHERE, OPERATOR, Actor, Role

__all__ = ["OFFICE", "hire_office"]

OFFICE = Actor(
    username="bench",
    roles=frozenset({Role.OFFICER, Role.REGISTRAR, Role.DISCIPLINE, Role.LEADER, Role.OPERATOR}),
    territory=EVERYWHERE,
)


def hire_office() -> None:
    """Give the office an account in the installation of the environment, and let commands act as it."""
    from service.installation import open_database
    from service.settings import Settings
    from service.usecases.accounts import create_account, create_token, set_password

    database = open_database(Settings.from_environment(os.environ))
    with database.unit_of_work() as session:
        create_account(
            session,
            actor=OPERATOR,
            username=OFFICE.username,
            roles=OFFICE.roles,
            territory=OFFICE.territory,
            now=datetime.now(UTC),
        )
        own_password = "Kranich-Deich-Weide-27"  # noqa: S105 - of an account that lives as long as the bench
        set_password(session, actor=OFFICE, username=OFFICE.username, password=own_password, now=datetime.now(UTC))
        token = create_token(session, actor=OFFICE, username=OFFICE.username, label="bench", now=datetime.now(UTC))
    database.dispose()
    os.environ["TALENTPOOL_TOKEN"] = token
