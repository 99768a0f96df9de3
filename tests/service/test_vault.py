"""Sealed fields: both suites, the key file, and keys that change under a running process."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from service.errors import NotConfigured
from service.vault import SUITES, KeyFile, TamperedField, Vault

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
VAULTS = {suite: Vault(KeyFile.generated(suite)) for suite in SUITES}
both_suites = pytest.mark.parametrize("suite", SUITES)


@given(st.sampled_from(sorted(SUITES)), st.text(), st.integers(1, 2**62))
def test_what_is_sealed_opens_again(suite: str, clear: str, row_id: int) -> None:
    vault, text = VAULTS[suite], clear.encode(errors="replace").decode()
    assert vault.open("people.name", row_id, vault.seal("people.name", row_id, text)) == text


@both_suites
@pytest.mark.parametrize(("place", "row_id"), [("people.name", 8), ("people.phone", 7)])
def test_a_ciphertext_moved_to_another_row_or_column_is_refused(suite: str, place: str, row_id: int) -> None:
    sealed = VAULTS[suite].seal("people.name", 7, "样例甲")
    with pytest.raises(TamperedField):
        VAULTS[suite].open(place, row_id, sealed)


@given(st.sampled_from(sorted(SUITES)), st.integers(0, 30), st.integers(1, 255))
def test_any_changed_byte_is_refused(suite: str, at: int, change: int) -> None:
    sealed = bytearray(VAULTS[suite].seal("people.name", 7, "样例甲") or b"")
    sealed[at % len(sealed)] ^= change
    with pytest.raises(TamperedField):
        VAULTS[suite].open("people.name", 7, bytes(sealed))


@given(st.sampled_from(sorted(SUITES)), st.integers(0, 37))
def test_a_shortened_value_is_refused(suite: str, n_bytes: int) -> None:
    sealed = (VAULTS[suite].seal("people.name", 7, "样例甲") or b"")[:n_bytes]
    with pytest.raises(TamperedField):
        VAULTS[suite].open("people.name", 7, sealed)


def test_sm4_gcm_gives_the_known_answer_of_rfc_8998() -> None:
    key = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
    nonce = bytes.fromhex("00001234567800000000ABCD")
    clear = bytes.fromhex("AA" * 8 + "BB" * 8 + "CC" * 8 + "DD" * 8 + "EE" * 8 + "FF" * 8 + "EE" * 8 + "AA" * 8)
    associated = bytes.fromhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2")
    known = bytes.fromhex(
        "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735"
        "D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D"
        "83DE3541E4C2B58177E065A9BF7B62EC"
    )
    cipher = SUITES["sm"].cipher(key)
    assert cipher.encrypt(nonce, clear, associated) == known
    assert cipher.decrypt(nonce, known, associated) == clear
    with pytest.raises(InvalidTag):
        cipher.decrypt(nonce, known, b"")


def test_hmac_sm3_is_hmac_by_its_definition_over_the_known_answer_of_sm3() -> None:
    def sm3(message: bytes) -> bytes:
        return hashlib.new("sm3", message).digest()

    if "sm3" in hashlib.algorithms_available:
        # GB/T 32905, appendix A.1
        assert sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
        key, message = bytes(range(32)), "样例甲".encode()
        inner = sm3(bytes(k ^ 0x36 for k in key.ljust(64, b"\0")) + message)
        outer = sm3(bytes(k ^ 0x5C for k in key.ljust(64, b"\0")) + inner)
        assert SUITES["sm"].keyed_digest(key, message) == outer
    known = "ca05e144ed05d1857840d1f318a4a8669e559fc8391f414485bfdf7bb408963a"  # GM/T 0042 test data
    message = b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq" * 2
    assert SUITES["sm"].keyed_digest(bytes(range(1, 33)), message).hex() == known


@both_suites
def test_the_blind_index_ignores_width_case_and_blanks(suite: str) -> None:
    vault = VAULTS[suite]
    assert vault.blind_index("people.id_number", "２３990119961012042x ") == vault.blind_index(
        "people.id_number", "23990119961012042X"
    )


@both_suites
def test_the_blind_index_of_one_column_is_no_key_to_another(suite: str) -> None:
    assert VAULTS[suite].blind_index("people.name", "1") != VAULTS[suite].blind_index("people.phone", "1")


def test_a_key_file_is_private_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "talentpool.key"
    created = Vault.create(path)
    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(FileExistsError):
        Vault.create(path)
    assert Vault.load(path).fingerprint == created.fingerprint
    created.keys.with_new_version("sm", now=NOW).write_over(path)
    assert path.stat().st_mode & 0o077 == 0
    assert [one.name for one in path.parent.iterdir()] == ["talentpool.key"]


@pytest.mark.parametrize(
    "content", ["", "{}", '{"version": 1, "field_keys": {"1": "c2hvcnQ="}}', "[1]", '{"version": 3}']
)
def test_a_damaged_key_file_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "talentpool.key"
    path.write_text(content, encoding="ascii")
    with pytest.raises(NotConfigured) as refusal:
        Vault.load(path)
    assert refusal.value.place == str(path)


def test_a_key_file_of_the_first_format_opens_what_it_sealed(tmp_path: Path) -> None:
    path = tmp_path / "talentpool.key"
    key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    first = {"version": 1, "field_keys": {"1": key}, "index_key": key, "session_secret": key}
    path.write_text(json.dumps(first), encoding="ascii")
    vault = Vault.load(path)
    assert vault.fingerprint == "5ab8c392c2c54035"
    sealed = bytes.fromhex("01d24072eed6a045d864a2f220d91d618165659d59a506e8a0160fe75d3d44a98bb330ed96b4")
    assert vault.open("people.name", 7, sealed) == "样例甲"


def test_values_of_both_suites_open_side_by_side(tmp_path: Path) -> None:
    path = tmp_path / "talentpool.key"
    vault = Vault.create(path)
    by_aes = vault.seal("people.name", 7, "样例甲")
    vault.keys.with_new_version("sm", now=NOW).write_over(path)
    vault.look_again()
    by_sm = vault.seal("people.name", 7, "样例甲")
    assert by_aes
    assert by_sm
    assert (by_aes[0], by_sm[0]) == (1, 2)
    assert vault.open("people.name", 7, by_aes) == vault.open("people.name", 7, by_sm) == "样例甲"
    assert len(vault.blind_indexes("people.name", "样例甲")) == 2
    assert vault.blind_indexes("people.name", "样例甲")[0] == vault.blind_index("people.name", "样例甲")


def test_a_running_process_opens_what_another_sealed_with_keys_made_since(tmp_path: Path) -> None:
    path = tmp_path / "talentpool.key"
    Vault.create(path)
    running = Vault.load(path)
    running.look_again()
    running.keys.with_new_version("aes", now=NOW).write_over(path)
    sealed = Vault.load(path).seal("people.name", 7, "样例甲")
    assert sealed
    assert sealed[0] == 2
    assert running.open("people.name", 7, sealed) == "样例甲"


@pytest.mark.parametrize("content", ["", "{}"])
def test_a_running_process_keeps_its_keys_when_the_file_is_broken(tmp_path: Path, content: str) -> None:
    path = tmp_path / "talentpool.key"
    vault = Vault.create(path)
    sealed = vault.seal("people.name", 7, "样例甲")
    path.write_text(content, encoding="ascii")
    vault.look_again()
    assert vault.open("people.name", 7, sealed) == "样例甲"


def test_a_running_process_does_not_take_the_keys_of_another_installation(tmp_path: Path) -> None:
    path = tmp_path / "talentpool.key"
    vault = Vault.create(path)
    KeyFile.generated("sm").write_over(path)
    vault.look_again()
    assert vault.keys.versions[1].suite.name == "aes"


def test_version_numbers_come_round_again() -> None:
    keys = KeyFile.generated()
    for _ in range(300):
        keys = keys.with_new_version("aes", now=NOW)
        keys = keys.without(set(keys.versions) - {keys.current})
    assert 1 <= keys.current <= 255
