"""How long a roster of 10,000 rows takes: reading, validating, saving."""

import random
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.figures import Figure
from bench.offices import OFFICE
from schemas.identity import checksum_of
from service.files.tables import read_table
from service.installation import initialise
from service.settings import Settings
from service.usecases.incoming.imports import ImportOptions, import_file
from service.usecases.records.attestation import Attestation

N_ROWS = 10_000
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
_SOURCES = ("大学生村官", "返乡人员", "致富能手")
_INDUSTRIES = ("水稻", "水稻种植、农机服务", "棚室蔬菜", "肉牛养殖", "汽车配件零售", "木耳")
_NONE_SOME_STEADY = ("无", "一般", "稳定")


def measure() -> list[Figure]:
    """Write a roster of 10,000 rows and 40 columns, and import it into a fresh database."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "roster.xlsx"
        write_roster(path, n_rows=N_ROWS)
        read_s, _ = _timed(lambda: read_table(path, kind="people"))
        peer_s, _ = _timed(lambda: _read_with_openpyxl(path))
        database = initialise(
            Settings(database_url=f"sqlite:///{directory}/bench.db", key_file=Path(directory) / "bench.key")
        )

        def run() -> Any:
            options = ImportOptions(attestation=Attestation("bench", "bench"))
            with database.unit_of_work() as session:
                return import_file(session, actor=OFFICE, kind="people", path=path, now=NOW, options=options)

        first_s, report = _timed(run)
        again_s, _ = _timed(run)
        database.dispose()
    if report.n_new != N_ROWS:
        raise RuntimeError(f"{report.n_new} of {N_ROWS} rows went in: {report.findings[:3]}")
    return [
        Figure(
            name="read a roster of 10,000 x 40",
            value=read_s,
            unit="s",
            bar=peer_s,
            peer=f"openpyxl reads the same workbook in {peer_s:.2f} s",
        ),
        Figure(name="import a roster of 10,000 x 40", value=first_s, unit="s", bar=20),
        Figure(name="import the same roster again", value=again_s, unit="s", bar=20),
    ]


def write_roster(path: Path, *, n_rows: int, seed: int = 0) -> None:
    """Write a roster of invented people."""
    import xlsxwriter

    draw = random.Random(seed)
    rows = [_row(draw, number) for number in range(n_rows)]
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("名册")
        sheet.write_row(0, 0, list(rows[0]))
        for position, row in enumerate(rows, start=1):
            sheet.write_row(position, 0, list(row.values()))


def _row(draw: random.Random, number: int) -> dict[str, Any]:
    born = date(1965, 1, 1) + timedelta(days=1_400 * (number // 1_000) + draw.randrange(1_400))
    first_17 = f"239901{born:%Y%m%d}{number % 1000:03d}"
    place = draw.randrange(1_300)
    return {
        "人员编号": f"P{number:06d}",
        "姓名": f"样例{number:05d}",
        "性别": "男" if int(first_17[16]) % 2 else "女",
        "民族": draw.choice(("汉", "满族", "朝鲜族")),
        "出生年月": draw.choice((f"{born:%Y.%m}", f"{born:%Y%m}", f"{born.year}年{born.month}月", born.isoformat())),
        "身份证号": first_17 + checksum_of(first_17),
        "政治面貌": "党员",
        "入党时间": f"{born.year + 25}.06",
        "参加工作时间": f"{born.year + 20}.07",
        "县区": f"示范{place % 10}县",
        "乡镇": f"清河{place % 100}镇",
        "所在村": f"东岗{place}村",
        "全日制学历": draw.choice(("大学\n农学学士", "大专", "中专", "高中")),
        "在职学历": draw.choice(("中央党校大学", "")),
        "专业技术职务": draw.choice(("农艺师", "无", "")),
        "工作单位及职务": "示范村干部",
        "单位性质": draw.choice(("事业单位", "合作社", "无")),
        "人才类别": draw.choice(_SOURCES),
        "从事产业": draw.choice(_INDUSTRIES),
        "从业年限": f"{draw.randrange(1, 20)}年",
        "带动农户数": draw.randrange(100),
        "联系电话": f"000-{number:07d}",
        "健康状况": "健康",
        "同意参与匹配": "是",
        "核验状态": "已核验",
        **_facts(draw),
    }


def _facts(draw: random.Random) -> dict[str, Any]:
    return {
        "返乡意愿": draw.choice(("是", "否", "")),
        "懂现代农业": draw.randrange(6),
        "懂工业": draw.randrange(6),
        "懂城市": draw.randrange(6),
        "懂企业": draw.randrange(6),
        "懂现代经济": draw.randrange(6),
        "农村工作年限": draw.randrange(15),
        "党务工作经历": draw.choice(("无", "支部委员", "书记或组织工作")),
        "争取项目数": draw.randrange(5),
        "擅长工作": "建强组织、推动产业",
        "年度考核结果": "2023年优秀；2024年称职；2025年称职",
        "可提供资源": "资金、市场",
        "最高荣誉级别": draw.choice(("无", "县级", "市级")),
        "市场渠道": draw.choice(_NONE_SOME_STEADY),
        "负面清单": "无",
    }


def _read_with_openpyxl(path: Path) -> int:
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True, data_only=True)
    return sum(len(row) for row in book.worksheets[0].iter_rows(values_only=True))


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


if __name__ == "__main__":
    for figure in measure():
        print(figure.row())
