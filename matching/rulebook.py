"""The rulebook: posts, rules and weights as data, read strictly and pinned by a hash."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, Self

from matching.documents import Section
from matching.errors import RulebookError
from matching.facts import Origin
from matching.posts import PostReader
from matching.rule_reading import RuleReader
from matching.rules import Rule
from matching.versions import canonical_json, version_of
from matching.vocabulary import PostType, RuleProfile, Stage, TalentSource, Text

__all__ = ["Rulebook"]

_FORMAT = 1
_COMMON_FACTS = frozenset({Origin.PERSON, Origin.PAIR, Origin.CHECK})


class _AsOf(StrEnum):
    """To which day ages and terms are counted."""

    REQUEST_DATE = "request_date"


class Rulebook:
    """The rules in force; made with `Rulebook.from_document`.

    Parameters
    ----------
    document : mapping
        The parsed document, kept as it is.
    name : str
        How to call it in messages: "rulebook.toml".

    Attributes
    ----------
    version : str
        The first 16 hexadecimal digits of the SHA-256 of the document's canonical JSON.
    common : tuple of Rule
    posts : mapping of PostType to Post
    pools : tuple of Pool
    negative_list : mapping of code to NegativeItem

    Raises
    ------
    RulebookError
        With the place, if the document has an unknown key, kind, fact, code or word, or lacks a part.
    """

    def __init__(self, document: Mapping[str, Any], *, name: str) -> None:
        self.document = document
        self.name = name
        self.version = _hash_of(document, name=name)
        top = Section(document, place=name)
        if top.number("version") != _FORMAT:
            top.refuse("version", Text(f"只支持版本 {_FORMAT}。", f"Only version {_FORMAT} is understood."))
        top.choice("as_of", _AsOf)
        sources = top.section("sources")
        self.sources = {key: sources.string(key) for key in sources.keys()}  # noqa: SIM118 - a Section is no mapping
        reader = PostReader(self.sources, self._read_rules)
        self.negative_list = {item.code: item for item in reader.negative_items(top)}
        self.common = self._read_rules(top, "common", "common", _COMMON_FACTS)
        posts = [reader.post(key, section) for key, section in top.sections("posts")]
        self.posts = {post.type: post for post in posts}
        self.pools = tuple(reader.pool(key, section) for key, section in top.sections("pools"))
        top.finish()
        self._refuse_gaps()

    @classmethod
    def from_document(cls, document: Mapping[str, Any], *, name: str) -> Self:
        """Read a rulebook from its parsed document.

        Raises
        ------
        RulebookError
            With the place, if the document has an unknown key, kind, fact, code or word, or lacks a part.
        """
        return cls(document, name=name)

    def all_rules(self) -> Iterator[Rule]:
        """Yield every rule, also those that are switched off, in the order of the document."""
        yield from self.common
        for post in self.posts.values():
            yield from post.rules
        for pool in self.pools:
            yield from pool.rules

    def rules_for(
        self, post: PostType, profile: RuleProfile = RuleProfile.CITY_PLAN, stage: Stage = Stage.LISTING
    ) -> tuple[Rule, ...]:
        """Return the rules in force for a post, common ones first.

        Parameters
        ----------
        post : PostType
        profile : RuleProfile
            Without effect on posts that have no profiles.
        stage : Stage
            When the rules are due.

        Raises
        ------
        RulebookError
            If the post has profiles but not this one.
        """
        disabled = self._disabled(post, profile)
        rules = (*self.common, *self.posts[post].rules)
        return tuple(rule for rule in rules if rule.enabled and rule.stage is stage and rule.id not in disabled)

    def admission_rules(self, talent_source: TalentSource) -> tuple[Rule, ...]:
        """Return the rules in force for admission to the pools of a talent source; some sources have none."""
        pools = (pool for pool in self.pools if talent_source in pool.talent_sources)
        return tuple(rule for pool in pools for rule in pool.rules if rule.enabled)

    def soft_weights(self, post: PostType) -> Mapping[str, float]:
        """Return the policy weight of each shared criterion for a post, in order; they add up to 100."""
        return {soft.criterion: soft.weight for soft in self.posts[post].criteria}

    def _disabled(self, post: PostType, profile: RuleProfile) -> frozenset[str]:
        part = self.posts[post]
        if not part.profiles:
            return frozenset()
        if profile not in part.profiles:
            problem = Text(f"“{part.name.zh}”没有口径“{profile}”。", f"'{post}' has no profile '{profile}'.")
            raise RulebookError(problem, place=f"{self.name}, posts.{post}")
        return part.profiles[profile].disabled

    def _read_rules(self, section: Section, key: str, scope: str, origins: frozenset[Origin]) -> tuple[Rule, ...]:
        reader = RuleReader(scope, origins=origins, negative_list=self.negative_list, sources=self.sources)
        return tuple(reader.rule(content, document=self.name) for content in section.items(key))

    def _refuse_gaps(self) -> None:
        for post in PostType:
            if post not in self.posts:
                problem = Text(f"缺少岗位“{post}”。", f"The post '{post}' is missing.")
                raise RulebookError(problem, place=f"{self.name}, posts")
        seen: set[str] = set()
        for rule in self.all_rules():
            if rule.id in seen:
                problem = Text(f"编号“{rule.id}”重复。", f"The id '{rule.id}' stands twice.")
                raise RulebookError(problem, place=f"{self.name}, rule {rule.id}")
            seen.add(rule.id)


def _hash_of(document: Mapping[str, Any], *, name: str) -> str:
    try:
        return version_of(canonical_json(document))
    except (TypeError, ValueError) as error:
        problem = Text(
            "只能包含文字、数字、是否、列表和表。", "Only texts, numbers, true, false, lists and tables are allowed."
        )
        raise RulebookError(problem, place=name) from error
