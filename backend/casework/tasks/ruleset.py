"""Departments and checklists as data: who serves which, how long tasks may take, and when whoever leads is told."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Final, Self

from pydantic import Field, model_validator

from backend.casework.queues import Queues, Within
from backend.casework.tasks.errors import DepartmentUnknown, TemplateUnknown
from backend.core.rulesets import Loaded, Part, Policies, RuleSet, Wording

DIRECTORY: Final = "casework/tasks"


class Department(Part):
    """`due` is how long a task may take from its setting, `escalate_after` how long after its day `lead` is told."""

    wording: Wording
    roles: tuple[str, ...] = Field(min_length=1)
    lead: str
    due: Within
    escalate_after: Within


class Template(Wording):
    """A task that comes again and again; `due` replaces the department's."""

    code: str
    department: str
    priority: int = Field(default=0, ge=0, le=3)
    due: Within | None = None
    points: tuple[Wording, ...] = ()


class TaskRules(RuleSet):
    """`spans` are days: the age of a task is counted up to each of them, and beyond the last."""

    untouched_days: int = Field(ge=1)
    spans: tuple[int, ...] = Field(min_length=1)
    departments: Mapping[str, Department] = Field(min_length=1)
    templates: tuple[Template, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if unknown := {each.department for each in self.templates} - self.departments.keys():
            raise ValueError(f"templates: there is no department {', '.join(sorted(unknown))}")
        if len({each.code for each in self.templates}) < len(self.templates):
            raise ValueError("templates: a code is one template's")
        if list(self.spans) != sorted(set(self.spans)):
            raise ValueError("spans rise")
        return self

    def department(self, code: str) -> Department:
        """Raises DepartmentUnknown."""
        if code not in self.departments:
            raise DepartmentUnknown(field="department", given=code, known=", ".join(self.departments))
        return self.departments[code]

    def template(self, code: str) -> Template:
        """Raises TemplateUnknown."""
        found = next((each for each in self.templates if each.code == code), None)
        if found is None:
            known = ", ".join(each.code for each in self.templates)
            raise TemplateUnknown(field="template", given=code, known=known)
        return found

    def served_by(self, roles: Collection[str]) -> dict[str, str]:
        """The departments that somebody in these roles serves, each with the role that does."""
        held = set(roles)
        found = {code: [role for role in each.roles if role in held] for code, each in self.departments.items()}
        return {code: serving[0] for code, serving in found.items() if serving}

    def of_queue(self, queues: Queues, queue: str) -> str | None:
        """The department whose roles serve a queue of casework first; None for a queue of nobody's."""
        if queue not in queues.queues:
            return None
        for role in queues.queues[queue].roles:
            for code, department in self.departments.items():
                if role in department.roles:
                    return code
        return None

    def said(self, code: str, locale: str) -> str:
        """A department that the rule-set no longer has stands for itself."""
        found = self.departments.get(code)
        return code.replace("_", " ") if found is None else found.wording.text(locale)


def task_rules(policies: Policies, day: date) -> Loaded[TaskRules]:
    return policies.book(DIRECTORY, TaskRules).effective(day)
