import pytest

from matching.vocabulary import Text
from service.errors import ServiceError
from service.files.finding_tables import write_findings
from service.files.findings import CellFinding, Effect
from service.files.spreadsheets import read_sheets

FINDING = CellFinding(
    effect=Effect.CELL_REFUSED,
    problem=Text("看不懂。", "Not clear."),
    remedy=Text("请改。", "Mend it."),
    sheet="名册",
    cell="D17",
    column="备注",
    value="=1+1",
    suggestion="1+1",
)


def test_findings_come_back_as_text_in_the_language_asked_for(tmp_path):
    path = tmp_path / "e.xlsx"
    write_findings(path, [FINDING], language="en")
    (sheet,) = read_sheets(path)
    assert sheet.rows[0] == ["Sheet", "Cell", "Column", "Value", "Effect", "Problem", "Remedy", "Change to"]
    assert sheet.rows[1] == ["名册", "D17", "备注", "=1+1", "cell refused", "Not clear.", "Mend it.", "1+1"]


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path):
    with pytest.raises(ServiceError, match="cannot be written"):
        write_findings(tmp_path / "no" / "e.xlsx", [FINDING], language="zh")
