"""Forms of records: what stands in a record comes back the same when its form is sent unchanged."""

from datetime import date
from typing import Any

import pytest

from schemas.base import RecordSchema
from schemas.people import PersonSchema
from schemas.vacancies import VacancySchema
from service.web.record_forms import Form, form_fields, written_value

VALUES: dict[str, tuple[type[RecordSchema], str, dict[str, Any]]] = {
    "a person": (
        PersonSchema,
        "people",
        {
            "name": "样例", "phone": "00000000001", "sex": "1", "ethnicity": "01", "political_status": "01",
            "party_join_date": date(2010, 7, 1), "talent_source": "T2", "duty_health_ok": True, "months_outside": 18,
            "student_leader": False, "willing_posts": ("first_secretary",), "willing_county_codes": ("239901",),
            "education": "2", "degree": None, "annual_revenue_wan": 12.5, "rural_work_years": 0.1, "households_led": 0,
            "u1_agriculture": 3, "party_building_experience": 1, "work_themes": ("W1", "W3"), "honours_level": 2,
            "appraisals": ("2024:excellent", "2025:competent"), "industry_text": "水稻、食用菌", "resume": "一\n二",
            "skill_certificate": "", "market_channels": 1, "resources_offered": (),
        },
    ),
    "a vacancy": (
        VacancySchema,
        "vacancies",
        {
            "post_type": "first_secretary", "headcount": 2, "term_months": 30, "age_max": 45, "education_min": 6,
            "degree_min": 1, "work_years_min": 2.5, "deadline_on": date(2027, 1, 31), "five": ("U1", "U5"),
            "village_needs": (), "requirement_basis": "样例文件", "political_req": "01",
        },
    ),
}  # fmt: skip
#: A form cannot tell "none" from "not known": both are sent empty.
EMPTY: tuple[Any, ...] = ("", ())


@pytest.mark.parametrize("subject", VALUES)
def test_an_unchanged_form_changes_nothing(app, subject):
    schema, table, values = VALUES[subject]
    with app.test_request_context():
        for name, value in values.items():
            (described,) = form_fields(schema(), table, [name]).values()
            written = written_value(name, value, schema())
            codes = {code for code, _wording in described.options}
            assert not codes or value is None or {*written} <= codes or written in codes, (name, written)
            form = Form(typed={name: written})
            loaded = form.load(schema(partial=True), [name])
            assert form.problems == {}, name
            assert loaded[name] == (None if value in EMPTY else value), name
