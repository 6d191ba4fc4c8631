"""Cases: what was reported, as one page for each who may read it.

- `access` says who may read a case and which of its fields: the one place that decides it.
- `arrived` tells those who must know, `page` is the case itself, `lists` the cases of a person.
- `deciding` is what the owner does: read, another severity, another owner.
- `watching` is for the safety representative, who is told without a name.
"""

from handlers.cases import deciding, keeping, lists, page, watching
from handlers.cases.feature import incident_cases

__all__ = ["deciding", "incident_cases", "keeping", "lists", "page", "watching"]
