"""Processes of an attacker who guesses a password; each prints how many guesses reached the hash."""

import os
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path

import argon2

from service.installation import open_database
from service.settings import Settings
from service.settings.accounts import AccountSettings
from service.usecases import accounts

CALLS: list[str] = []
LOCK = threading.Lock()
VERIFY = argon2.PasswordHasher.verify


def _counted(self: argon2.PasswordHasher, password_hash: str, password: str) -> bool:
    with LOCK:
        CALLS.append(password)
    return VERIFY(self, password_hash, password)


def main(url: str, key_file: str, username: str, n_guesses: int, n_processes: int) -> None:
    """Guess `n_guesses` times in each of several processes, all beginning when the last of them is ready."""
    argon2.PasswordHasher.verify = _counted  # type: ignore[method-assign]  # to count the calls
    forking = get_context("fork")  # from a process that has loaded everything and opened nothing
    together = forking.Barrier(n_processes)
    settings = Settings(database_url=url, key_file=Path(key_file))
    guessers = [
        forking.Process(target=_guess, args=(settings, username, n_guesses, together)) for _ in range(n_processes)
    ]
    for guesser in guessers:
        guesser.start()
    for guesser in guessers:
        guesser.join()
    sys.exit(max(abs(guesser.exitcode or 0) for guesser in guessers))


def _guess(database_settings: Settings, username: str, n_guesses: int, together: Barrier) -> None:
    database = open_database(database_settings)
    settings = AccountSettings(sign_ins_per_minute=1000)
    origin = accounts.Origin(address="192.0.2.1")
    together.wait(timeout=100)

    def guess(number: int) -> str:
        outcome = accounts.sign_in(
            database,
            username=username,
            password=f"guess-{number}",
            settings=settings,
            origin=origin,
            now=datetime.now(UTC),
        )
        return type(outcome).__name__

    with ThreadPoolExecutor(10) as pool:
        outcomes = Counter(pool.map(guess, range(n_guesses)))
    told = f"{len(CALLS)} {outcomes['Unauthenticated']} {outcomes['TooManyRequests']}\n"
    os.write(sys.stdout.fileno(), told.encode())  # a line at once, or those of two processes might mix


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
