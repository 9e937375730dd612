"""One rule, three uses: the action enforces it, the page shows it, the API returns it."""

from dataclasses import dataclass

from gdshare.lib.errors import Denied


@dataclass(frozen=True)
class Verdict:
    """Allowed when `reason` is empty; otherwise `reason` says why not and `remedy` what to do."""

    reason: str = ""
    remedy: str = ""
    remedy_url: str = ""
    code: str = "DENIED"

    def __bool__(self) -> bool:
        return not self.reason

    def enforce(self) -> None:
        """Raise Denied with the reason, when there is one."""
        if self.reason:
            raise Denied(self.reason, code=self.code, remedy=self.remedy, remedy_url=self.remedy_url)


ALLOWED = Verdict()


def first_refusal(*verdicts: Verdict) -> Verdict:
    """The first refusal of several rules, or ALLOWED."""
    return next((verdict for verdict in verdicts if not verdict), ALLOWED)
