"""Which files of the front-end packages are served: those a page can ask for."""

from typing import ClassVar

from django.contrib.staticfiles.apps import StaticFilesConfig


class StaticFiles(StaticFilesConfig):
    """Leaves out what packages carry for builders: sources, maps, mirrored and unminified copies, old font formats."""

    ignore_patterns: ClassVar[list[str]] = [
        *StaticFilesConfig.ignore_patterns,
        "*.map", "*.scss", "*.html", "*.ts", "*.gz", "*.rtl.*", "*.amd.js", "*.cjs.js", "*.esm.*",
        "tabler.css", "tabler-[fmpstv]*.css", "tabler.js", "tabler-theme*",
        "tabler-icons*-[23]00*", "*.ttf", "tabler-icons*.woff",
    ]  # fmt: skip
