"""The way of somebody to a post: stages and signatures of its kind, as far as they are asked of this person."""

from service.models.candidacies import Candidacy
from service.workflow import PostPath, workflow_in_force

__all__ = ["OFFICIALS", "path_of"]

#: Type of the employer whose staff are officials.
OFFICIALS = "party_gov_organ"


def path_of(candidacy: Candidacy) -> PostPath:
    """Return the stages and signatures of the post that a candidacy is for."""
    path = workflow_in_force().posts[str(candidacy.shortlist.vacancy.post_type.value)]
    return path.of_person(is_official=candidacy.person.employer_type == OFFICIALS)
