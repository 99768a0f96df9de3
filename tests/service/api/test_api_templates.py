import io

import openpyxl
import pytest


@pytest.mark.parametrize("kind", ["people", "training"])
def test_a_template_is_downloaded_as_a_workbook(api, kind):
    answer = api.get(f"/api/v1/templates/{kind}")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{kind}.xlsx"'
    assert openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0]["A1"].value


def test_a_kind_that_is_none_is_not_found_and_the_known_ones_are_named(api):
    answer = api.get("/api/v1/templates/dogs")
    assert answer.status_code == 404
    assert "training" in str(answer.json)


def test_nobody_gets_a_template_without_an_account(app):
    assert app.test_client().get("/api/v1/templates/people").status_code == 401
