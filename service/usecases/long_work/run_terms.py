"""The terms of long work: its kinds, who may do each, and how far one has come."""

from enum import StrEnum
from typing import NamedTuple

from matching.vocabulary import Text
from service.errors import Stopped

__all__ = ["PERCENT", "Kind", "Progress", "Unit"]

#: Steps of work whose real counts would tell something of records that the reader does not see.
PERCENT = 100


class Unit(StrEnum):
    """What the steps of a run are."""

    VACANCIES = "vacancies"
    PERCENT = "percent"
    LINES = "lines"


class Kind(StrEnum):
    """A kind of long work; one run of each is at work at a time, and its name is that of its lease."""

    RESCORE = "rescore"
    DUPLICATES = "find_duplicates"
    TRAINING = "train_models"
    AUDIT = "verify_audit"

    @property
    def right(self) -> str:
        """The right that is needed to begin it and to stop it."""
        return _RIGHTS[self]

    @property
    def unit(self) -> Unit:
        """What its steps are."""
        return _UNITS[self]

    @property
    def text(self) -> Text:
        """What it is called."""
        return _TEXTS[self]

    def stopped(self, n_done: int, n_all: int) -> Stopped:
        """Return the word that a run of it was stopped, and what is left of it."""
        told, remedy = _STOPPED[self]
        return Stopped(told.filled(done=n_done, all=n_all), remedy=remedy)


class Progress(NamedTuple):
    """How far a run has come: steps done, all steps, and what each step counts for in the rate; 0: no rate is told."""

    n_done: int
    n_all: int
    n_each: int = 0


_RIGHTS = {
    Kind.RESCORE: "rescore",
    Kind.DUPLICATES: "decide_duplicates",
    Kind.TRAINING: "train_models",
    Kind.AUDIT: "verify_audit",
}
_UNITS = {
    Kind.RESCORE: Unit.VACANCIES,
    Kind.DUPLICATES: Unit.PERCENT,
    Kind.TRAINING: Unit.PERCENT,
    Kind.AUDIT: Unit.LINES,
}
_TEXTS = {
    Kind.RESCORE: Text("评分", "Rescoring"),
    Kind.DUPLICATES: Text("全库查重", "Search for duplicates"),
    Kind.TRAINING: Text("学习评分卡", "Training of cards"),
    Kind.AUDIT: Text("审计日志校验", "Check of the audit log"),
}
_STOPPED = {
    Kind.RESCORE: (
        Text(
            "已停止：{all} 个岗位中 {done} 个已是最新结果，其余保留原结果。",
            "Stopped: {done} of {all} vacancies are up to date, the others keep their former rankings.",
        ),
        Text("运行 talentpool rescore --resume 即可继续。", "Run talentpool rescore --resume to go on."),
    ),
    Kind.DUPLICATES: (
        Text(
            "已停止：查重到 {done}%，未写入任何结果，原有的疑似重复不变。",
            "Stopped at {done} % of the search: nothing of it was kept, the pairs are as they were.",
        ),
        Text("需要时请重新查重。", "Search again when there is time."),
    ),
    Kind.TRAINING: (
        Text(
            "已停止：学习到 {done}%；已学完的岗位类别保留其评分卡，其余未写入。",
            "Stopped at {done} % of the training: cards that were ready are kept, nothing of the others.",
        ),
        Text("需要时请重新运行 talentpool train。", "Run talentpool train again when there is time."),
    ),
    Kind.AUDIT: (
        Text(
            "已停止：{all:,} 条中只校验了 {done:,} 条，对日志是否完整不作结论。",
            "Stopped after {done:,} of {all:,} lines: nothing is said of whether the log is whole.",
        ),
        Text("请重新校验全部日志。", "Check the whole log again."),
    ),
}
