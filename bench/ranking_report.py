"""`make ranking-report`: measure, and write the tables and pictures of docs/ranking.md.

    python -m bench.ranking_report [SECTION ...]

The prose of the page is written by hand; what stands between ``<!-- begin SECTION -->`` and ``<!-- end SECTION -->`` is
written by this command. A section that cannot be measured here (its data are kept beside the project) stays as it is.
"""

import argparse
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bench import learning_curve, public_ranking
from bench.figures import Figure
from bench.learning_curve import Row
from bench.plots import Line, line_chart

__all__ = ["SECTIONS", "main"]

DOCS = Path(__file__).parents[1] / "docs"
PAGE = DOCS / "ranking.md"
PICTURES = DOCS / "ranking"
OURS, POLICY = "shipped card", "policy"
ON_THE_CURVE = (OURS, POLICY, "LightGBM LambdaRank", "HistGradientBoosting", "naive pairwise logistic")
ABLATIONS = (
    "the fit alone",
    "without the prior",
    "without monotone bounds",
    "without the place term",
    "without bagging",
)


def public() -> str | None:
    """Measure the estimator on public data beside its peers."""
    harness = public_ranking.load_harness(public_ranking.BESIDE_THE_PROJECT)
    if harness is None:
        return None
    found = list(public_ranking.rows(harness))
    timing = [figure.row() for figure in public_ranking.fold_seconds()]
    return "\n".join([*public_ranking.table(found, harness.DATASETS), "", "```", *timing, "```"])


def history() -> str:
    """Measure the curve over the amount of history, and the ablations; draw both."""
    rows = list(learning_curve.measure())
    PICTURES.mkdir(exist_ok=True)
    draw(rows)
    parts = []
    for scenario, heading in (
        ("reasons", "Reviewers give reasons"),
        ("no reasons", "No reviewer gives a reason: an overlooked place and a refusal look alike"),
    ):
        own = [row for row in rows if row.scenario == scenario]
        sizes = sorted({row.n_vacancies for row in own})
        head = f"| {heading}; vacancies of history | " + " | ".join(map(str, sizes)) + " |"
        parts += [head, "|---" * (len(sizes) + 1) + "|", *_lines(own, sizes), ""]
    return "\n".join(parts).rstrip()


def draw(rows: Sequence[Row]) -> None:
    """Draw the curve where reviewers give reasons, and the ablations where none does: there the parts matter most."""
    with_reasons, without = ([row for row in rows if row.scenario == name] for name in learning_curve.SCENARIOS)
    curve = "From ten lists of a post on, nearer the truth than policy and peers"
    _draw("learning-curve", with_reasons, ON_THE_CURVE, curve)
    _draw(
        "ablations",
        without,
        (*ABLATIONS, POLICY),
        "What each part of the fit is worth, where no reviewer gives a reason",
    )


def kernel() -> str:
    """Measure the kernel beside its peers, and a million people."""
    from bench import kernel, million

    return _figures([*kernel.measure(), *million.measure()])


def bands() -> str:
    """Measure how often neighbours of one tie band are truly ordered."""
    from bench import bands

    return _figures(bands.measure())


SECTIONS: Mapping[str, Callable[[], str | None]] = {
    "public": public,
    "history": history,
    "kernel": kernel,
    "bands": bands,
}


def main() -> None:
    """Measure the named sections (all by default) and write them into the page."""
    parser = argparse.ArgumentParser(description="Measure and write the tables and pictures of docs/ranking.md.")
    parser.add_argument("sections", nargs="*", choices=[*SECTIONS, []], help="all by default")
    for name in parser.parse_args().sections or SECTIONS:
        text = SECTIONS[name]()
        if text is None:
            print(f"{name}: skipped, its data are kept beside the project and are not here", file=sys.stderr)
            continue
        PAGE.write_text(replaced(PAGE.read_text(encoding="utf-8"), name, text), encoding="utf-8")
        print(f"{name}: written to {PAGE.relative_to(DOCS.parent)}", flush=True)


def replaced(page: str, section: str, text: str) -> str:
    """Return the page with another text of one section.

    Raises
    ------
    ValueError
        If the page has no place for it.
    """
    begin, end = f"<!-- begin {section} -->", f"<!-- end {section} -->"
    pattern = re.compile(f"{begin}.*?{end}", re.DOTALL)
    if not pattern.search(page):
        raise ValueError(f"docs/ranking.md has no section {begin} ... {end}: put the two lines where it belongs")
    return pattern.sub(lambda _found: f"{begin}\n{text}\n{end}", page)


def _lines(rows: Sequence[Row], sizes: Sequence[int]) -> list[str]:
    found = []
    for method in dict.fromkeys(row.method for row in rows):
        own = {row.n_vacancies: row for row in rows if row.method == method}
        cells = [f"{own[size].ndcg:.3f} ({own[size].worst:.3f})" for size in sizes]
        name = f"**{method}**" if method == OURS else method
        found.append(f"| {name} | " + " | ".join(cells) + " |")
    return found


def _draw(name: str, rows: Sequence[Row], methods: Sequence[str], title: str) -> None:
    kinds = {OURS: "ours", "the fit alone": "ours", POLICY: "base"}
    lines = [
        Line(method, {row.n_vacancies: row.ndcg for row in rows if row.method == method}, kinds.get(method, "peer"))
        for method in methods
    ]
    chart = line_chart(
        lines,
        title=title,
        x_label="vacancies of history, all posts together",
        y_label="NDCG@10 against the truth of the demo city",
        y_range=(0.7, 1.0),
        y_step=0.05,
    )
    (PICTURES / f"{name}.svg").write_text(chart, encoding="utf-8")


def _figures(figures: Sequence[Figure]) -> str:
    return "\n".join(["```", *(figure.row().rstrip() for figure in figures), "```"])


if __name__ == "__main__":
    main()
