"""Words that depend on what was found: one detector, several causes, each with its own job."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from analytics.detectors.detector import Text


@dataclass(frozen=True, slots=True)
class CaseText(Text):
    """A text for each value of the evidence called ``by``; ``id`` and ``en`` when it is none."""

    by: str = ""
    cases: Mapping[int, Text] = field(default_factory=dict)

    def said(self, language: str, evidence: Mapping[str, float] | None = None) -> str:
        """The text of the case in ``evidence``, filled in."""
        value = (evidence or {}).get(self.by, 0.0)
        case = self.cases.get(int(value)) if np.isfinite(value) else None
        return (case or Text(self.id, self.en)).said(language, evidence)
