"""The paper behind an assessment, under a name of ours."""

import uuid
from typing import Any

from catalog.resources.models import Assessment
from gdshare.lib import uploads


def keep(assessment: Assessment, file: Any) -> None:
    """Put an uploaded file beside the assessment. Raises Invalid for a kind or size not taken."""
    name, suffix = uploads.checked(file, what="评估附件")
    assessment.attachment_name = name
    assessment.attachment.save(f"{uuid.uuid4().hex}{suffix}", file, save=False)
