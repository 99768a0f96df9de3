"""Sealed fields."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import NotConfigured
from service.vault import TamperedField, Vault

VAULT = Vault(field_keys={1: bytes(range(32))}, index_key=bytes(32), session_secret=bytes(32))


@given(st.text(), st.integers(1, 2**62))
def test_what_is_sealed_opens_again(clear: str, row_id: int) -> None:
    sealed = VAULT.seal("people.name", row_id, clear.encode(errors="replace").decode())
    assert VAULT.open("people.name", row_id, sealed) == clear.encode(errors="replace").decode()


@pytest.mark.parametrize(("place", "row_id"), [("people.name", 8), ("people.phone", 7)])
def test_a_ciphertext_moved_to_another_row_or_column_is_refused(place: str, row_id: int) -> None:
    sealed = VAULT.seal("people.name", 7, "样例甲")
    with pytest.raises(TamperedField):
        VAULT.open(place, row_id, sealed)


@given(st.integers(0, 30), st.integers(1, 255))
def test_any_changed_byte_is_refused(at: int, change: int) -> None:
    sealed = bytearray(VAULT.seal("people.name", 7, "样例甲") or b"")
    sealed[at % len(sealed)] ^= change
    with pytest.raises(TamperedField):
        VAULT.open("people.name", 7, bytes(sealed))


def test_the_blind_index_ignores_width_case_and_blanks() -> None:
    assert VAULT.blind_index("people.id_number", "２３990119961012042x ") == VAULT.blind_index(
        "people.id_number", "23990119961012042X"
    )


def test_the_blind_index_of_one_column_is_no_key_to_another() -> None:
    assert VAULT.blind_index("people.name", "1") != VAULT.blind_index("people.phone", "1")


def test_a_key_file_is_private_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "talentpool.key"
    created = Vault.create(path)
    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(FileExistsError):
        Vault.create(path)
    assert Vault.load(path).fingerprint == created.fingerprint


@pytest.mark.parametrize("content", ["", "{}", '{"field_keys": {"1": "c2hvcnQ="}}', "[1]", '{"field_keys": 3}'])
def test_a_damaged_key_file_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "talentpool.key"
    path.write_text(content, encoding="ascii")
    with pytest.raises(NotConfigured) as refusal:
        Vault.load(path)
    assert refusal.value.place == str(path)
