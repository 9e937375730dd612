"""What the portal needs before it serves: tables, static files, the demo province. One process: Django starts once."""

import os
import sys
import time
from pathlib import Path

import django


def main(mark: Path) -> None:
    """`mark` remembers a demo province being loaded: a load that was cut off is begun anew on an empty database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gdshare.settings")
    django.setup()
    from django.apps import apps
    from django.core.management import get_commands

    if mark.exists():
        from gdshare.local import postgres

        postgres.empty(os.environ["DATABASE_URL"])
    step("migrate", "migrate", verbosity=0, interactive=False)
    step("static files", "collectstatic", verbosity=0, interactive=False)
    wants_demo = os.environ.get("LOAD_DEMO") == "1" and "demo" in get_commands()
    if wants_demo and not apps.get_model("security", "Department").objects.exists():
        mark.touch()
        print("  demo province: loading, only on the first start …", flush=True)
        step("demo province", "demo", verbosity=0)
        mark.unlink()


def step(label: str, command: str, **options: object) -> None:
    from django.core.management import call_command

    started = time.monotonic()
    call_command(command, **options)
    print(f"  {label} {time.monotonic() - started:.1f} s", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
