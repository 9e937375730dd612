"""Who may take data: the decision of the grants, nothing else."""

from typing import Any

from gdshare.lib.verdict import Verdict
from sharing.grants.access import DataAccess


def take(actor: Any, access: DataAccess) -> Verdict:
    """Whether anything of the resource is open to the actor."""
    return access.verdict


preview = take
