"""How long a list of 10,000 people takes to find names, and how much the tokens weigh."""

import os
import statistics
import tempfile
import time
from pathlib import Path

from sqlalchemy import func, select

from bench.figures import Figure
from bench.rescoring import run_command
from service.access import EVERYWHERE, Actor, Role
from service.db import Database
from service.installation import open_database
from service.models.name_tokens import NameToken
from service.models.people import Person
from service.settings import Settings
from service.usecases.records.people import list_people

__all__ = ["measure"]

QUERIES = ("张", "伟", "张伟", "李明", "z", "zw", "lm", "zhang", "zhang wei", "zhangw", "zha", "wei", "xian", "wxm")
N_ROUNDS = 15
_BAR_MS = 150  # at p95
_OFFICER = Actor("bench", roles=frozenset({Role.OFFICER}), territory=EVERYWHERE)


def measure() -> list[Figure]:
    """Fill an installation with the demo city, and look for names in it as the list of people does."""
    os.environ.pop("TALENTPOOL_TOKEN", None)
    with tempfile.TemporaryDirectory(prefix="tp-") as directory:
        url, key_file = f"sqlite:///{directory}/talentpool.db", Path(directory) / "talentpool.key"
        os.environ["TALENTPOOL_DATABASE_URL"], os.environ["TALENTPOOL_KEY_FILE"] = url, str(key_file)
        run_command("init", "--demo")
        database = open_database(Settings(database_url=url, key_file=key_file))
        figures = measured(database)
        database.dispose()
    return figures


def measured(database: Database) -> list[Figure]:
    """Return what a page of 20 by each search takes, and the weight of the tokens for each person."""
    processor: list[float] = []
    wall: list[float] = []
    for query in QUERIES * N_ROUNDS:
        began, began_at = time.process_time(), time.perf_counter()
        with database.reading(_OFFICER) as session:
            page = list_people(session, actor=_OFFICER, filters={"name": query})
            for person in page.items:
                _ = person.name
        processor.append(1000 * (time.process_time() - began))
        wall.append(1000 * (time.perf_counter() - began_at))
    with database.reading() as session:
        n_tokens = session.scalar(select(func.count()).select_from(NameToken)) or 0
        n_people = session.scalar(select(func.count()).select_from(Person)) or 0
        n_different = session.scalar(select(func.count(NameToken.token.distinct()))) or 0
    name = f"search by name, {n_people:,} people, SQLite"
    told = f"{n_tokens / n_people:.1f} tokens each, {n_different:,} different"
    return [
        Figure(name=f"{name}, median of the processor", value=statistics.median(processor), unit="ms", peer=told),
        Figure(name=f"{name}, p95 of the processor", value=_p95(processor), unit="ms"),
        Figure(name=f"{name}, p95 of the clock", value=_p95(wall), unit="ms", bar=_BAR_MS),
    ]


def _p95(times: list[float]) -> float:
    return sorted(times)[int(0.95 * len(times))]
