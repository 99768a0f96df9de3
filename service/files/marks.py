"""The mark of an export: who took what, when, and how many people are in it."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from matching.vocabulary import Text, counted

__all__ = ["MARK_SHEET", "Mark"]

_ZONE = ZoneInfo("Asia/Shanghai")

#: Name of the sheet that carries the mark.
MARK_SHEET = Text("导出说明", "About this file")


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What an exported file says of itself.

    Parameters
    ----------
    export_no : str
    exported_by : str
        Name of the account.
    exported_at : datetime
        Aware moment.
    title : Text
        What the file is.
    n_people : int
        How many people's data are in it.
    """

    export_no: str
    exported_by: str
    exported_at: datetime
    title: Text
    n_people: int

    @property
    def moment(self) -> str:
        """The moment in the time of the house."""
        return f"{self.exported_at.astimezone(_ZONE):%Y-%m-%d %H:%M}"

    @property
    def sentence(self) -> Text:
        """The mark on one line."""
        return Text(
            f"{self.title.zh}，导出编号 {self.export_no}，{self.exported_by} 于 {self.moment} 导出，"
            f"含 {self.n_people:,} 人",
            f"{self.title.en}, export {self.export_no} by {self.exported_by} at {self.moment}, "
            f"{counted(self.n_people, 'person', 'people')}",
        )

    def footnote(self, language: str) -> str:
        """Return the mark as the line under a table; an import knows such a line and skips it."""
        return f"说明：{self.sentence.zh}" if language == "zh" else f"说明 Note: {self.sentence.en}"
