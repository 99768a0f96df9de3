"""The parts of the rulebook beside its rules: posts, pools, profiles, weights and the negative list."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import isclose

from matching.documents import Section
from matching.facts import Origin
from matching.rules import Rule
from matching.vocabulary import PostType, RuleProfile, TalentSource, Text

__all__ = ["NegativeItem", "Pool", "Post", "PostKind", "PostReader", "Profile", "SoftCriterion"]

_TOTAL_WEIGHT = 100.0
_FOR_POSTS = frozenset({Origin.PERSON, Origin.PAIR, Origin.CHECK})
_FOR_POOLS = frozenset({Origin.PERSON, Origin.ADMISSION})

# Reads the rules under a key of a section: (section, key, scope, origins of the facts they may ask for).
ReadRules = Callable[[Section, str, str, frozenset[Origin]], tuple[Rule, ...]]


class PostKind(StrEnum):
    """How people come to a post."""

    DISPATCH = "dispatch"  # 选派
    ENGAGEMENT = "engagement"  # 聘任


@dataclass(frozen=True)
class NegativeItem:
    """One entry of the negative list (负面清单).

    Parameters
    ----------
    code : str
    text : Text
    months : int or None
        How long it counts after the event; None: as long as it stands.
    needs_until_date : bool
        Whether the end of the period is recorded with it.
    """

    code: str
    text: Text
    months: int | None
    needs_until_date: bool


@dataclass(frozen=True)
class Profile:
    """A choice of rules for one post (规则口径)."""

    name: Text
    is_default: bool
    disabled: frozenset[str]


@dataclass(frozen=True)
class SoftCriterion:
    """What a criterion counts for a post under the policy.

    Parameters
    ----------
    id : str
        The weight's own id: "fs_rural_years".
    criterion : str
        The criterion that posts share: "rural_work".
    weight : float
        Out of 100.
    label : Text
    """

    id: str
    criterion: str
    weight: float
    label: Text


@dataclass(frozen=True)
class Post:
    """One kind of post (岗位), the usual bounds of its term, what is said of it, its rules and weights."""

    type: PostType
    name: Text
    kind: PostKind
    min_months: int
    max_months: int
    facts: tuple[Text, ...]
    profiles: Mapping[RuleProfile, Profile]
    rules: tuple[Rule, ...]
    criteria: tuple[SoftCriterion, ...]


@dataclass(frozen=True)
class Pool:
    """A reserve pool and what admission to it asks (入库条件)."""

    key: str
    name: Text
    talent_sources: frozenset[TalentSource]
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class PostReader:
    """Reads posts and pools.

    Parameters
    ----------
    sources : collection of str
        The sources that the rulebook declares.
    read_rules : callable
        Reads the rules under a key of a section.
    """

    sources: Collection[str]
    read_rules: ReadRules

    def negative_items(self, top: Section) -> Iterator[NegativeItem]:
        """Yield the entries of the negative list."""
        for code, section in top.sections("negative_list"):
            text = Text(section.string("zh"), section.string("en"))
            section.require("source", section.string("source"), self.sources)
            months = int(section.number("months")) if "months" in section else None
            needs = section.string("needs") if "needs" in section else None
            if needs:
                section.require("needs", needs, ["until_date"])
            section.finish()
            yield NegativeItem(code, text, months, needs is not None)

    def post(self, key: str, section: Section) -> Post:
        """Read one post."""
        section.require("", key, PostType)
        rules = self.read_rules(section, "rules", key, _FOR_POSTS)
        min_months, max_months = self._term(section.section("term"))
        post = Post(
            type=PostType(key),
            name=section.text("name"),
            kind=section.choice("kind", PostKind),
            min_months=min_months,
            max_months=max_months,
            facts=tuple(self._facts(section)),
            profiles=dict(self._profiles(section, rules)),
            rules=rules,
            criteria=tuple(_criteria(section)),
        )
        section.finish()
        return post

    def pool(self, key: str, section: Section) -> Pool:
        """Read one pool."""
        sources = section.strings("talent_sources")
        for source in sources:
            section.require("talent_sources", source, TalentSource)
        rules = self.read_rules(section, "rules", key, _FOR_POOLS)
        pool = Pool(key, section.text("name"), frozenset(map(TalentSource, sources)), rules)
        section.finish()
        return pool

    def _term(self, term: Section) -> tuple[int, int]:
        bounds = int(term.number("min_months")), int(term.number("max_months"))
        if not 0 < bounds[0] <= bounds[1]:
            term.refuse(
                "min_months", Text("任期下限应大于零且不超过上限。", "The shortest term must not exceed the longest.")
            )
        self._cited(term)
        term.finish()
        return bounds

    def _facts(self, section: Section) -> Iterator[Text]:
        for number, content in enumerate(section.items("facts"), start=1):
            fact = Section(content, place=f"{section.place}, fact {number}")
            yield Text(fact.string("zh"), fact.string("en"))
            self._cited(fact)
            fact.finish()

    def _profiles(self, section: Section, rules: tuple[Rule, ...]) -> Iterator[tuple[RuleProfile, Profile]]:
        if "profiles" not in section:
            return
        for key, inner in section.sections("profiles"):
            inner.require("", key, RuleProfile)
            disabled = inner.strings("disable")
            for rule_id in disabled:
                inner.require("disable", rule_id, [rule.id for rule in rules])
            profile = Profile(inner.text("name"), inner.flag("default"), frozenset(disabled))
            self._cited(inner)
            inner.finish()
            yield RuleProfile(key), profile

    def _cited(self, section: Section) -> None:
        for source in section.strings("sources"):
            section.require("sources", source, self.sources)


def _criteria(section: Section) -> Iterator[SoftCriterion]:
    total = 0.0
    seen: set[str] = set()
    for key, inner in section.sections("criteria"):
        criterion, weight = inner.string("criterion"), inner.number("weight")
        if weight < 0:
            inner.refuse("weight", Text("权重不能为负。", "A weight must not be negative."))
        if criterion in seen:
            inner.refuse("criterion", Text(f"“{criterion}”重复。", f"'{criterion}' stands twice."))
        seen.add(criterion)
        total += weight
        yield SoftCriterion(key, criterion, weight, Text(inner.string("zh"), inner.string("en")))
        inner.finish()
    if not isclose(total, _TOTAL_WEIGHT):
        problem = Text(f"权重之和为 {total:g}，应为 100。", f"The weights add up to {total:g}, not 100.")
        section.refuse("criteria", problem)
