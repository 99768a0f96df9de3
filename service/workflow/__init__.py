"""The state machines of records, vacancies, shortlists, candidacies and appointments: data, read once."""

from service.workflow.machines import Machine, Transition
from service.workflow.reading import Workflow, read_workflow, workflow_in_force
from service.workflow.stages import PostPath, Signatory, Step
from service.workflow.working_days import Deadline, working_days_after

__all__ = [
    "Deadline",
    "Machine",
    "PostPath",
    "Signatory",
    "Step",
    "Transition",
    "Workflow",
    "read_workflow",
    "workflow_in_force",
    "working_days_after",
]
