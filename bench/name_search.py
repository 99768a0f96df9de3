"""How long a list of 10,000 people takes to find names, and how much the tokens weigh.

``python -m bench.name_search DIRECTORY`` fills an installation in a new directory with the demo city and measures it.
"""

import statistics
import sys
import time
from pathlib import Path

from sqlalchemy import func, select

from service.access import EVERYWHERE, Actor, Role
from service.installation import open_database
from service.models.name_tokens import NameToken
from service.models.people import Person
from service.settings import Settings
from service.usecases.people import list_people

QUERIES = ("张", "伟", "张伟", "李明", "z", "zw", "lm", "zhang", "zhang wei", "zhangw", "zha", "wei", "xian", "wxm")
N_ROUNDS = 15


def main(directory: Path) -> None:
    """Print median and p95 of a page of 20 by each search, and the weight of the tokens for each person."""
    url = f"sqlite:///{directory / 'talentpool.db'}"
    database = open_database(Settings(database_url=url, key_file=directory / "talentpool.key"))
    actor = Actor("bench", roles=frozenset({Role.OFFICER}), territory=EVERYWHERE)
    times: list[float] = []  # of the processor: what the neighbours do does not count
    for query in QUERIES * N_ROUNDS:
        began = time.process_time()
        with database.reading() as session:
            page = list_people(session, actor=actor, filters={"name": query})
            for person in page.items:
                _ = person.name
        times.append(time.process_time() - began)
        session.info.clear()
    with database.reading() as session:
        n_tokens = session.scalar(select(func.count()).select_from(NameToken)) or 0
        n_people = session.scalar(select(func.count()).select_from(Person)) or 0
        n_different = session.scalar(select(func.count(NameToken.token.distinct()))) or 0
    ordered = sorted(times)
    print(f"people {n_people}, tokens {n_tokens} ({n_tokens / n_people:.1f} each), different {n_different}")
    print(f"median {1000 * statistics.median(ordered):.1f} ms, p95 {1000 * ordered[int(0.95 * len(ordered))]:.1f} ms")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
