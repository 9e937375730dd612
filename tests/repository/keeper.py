"""Stands in for `make run` in tests: holds the embedded servers of a folder, tells where they are, and waits.

python -m tests.repository.keeper FOLDER [PURPOSE]
"""

import json
import signal
import sys
import time
from pathlib import Path

from gdshare.local.places import Place
from gdshare.local.processes import Family
from gdshare.local.servers import running

signal.signal(signal.SIGINT, signal.default_int_handler)  # a test run in the background of a script is deaf to it
place = Place(sys.argv[2] if len(sys.argv) > 2 else "run", Path(sys.argv[1]))
with place.occupied():
    family = Family(place.folder / "processes.json", place.log_folder)
    with running(place, family) as servers:
        children = {child.name: child.process.pid for child in family.children}
        print(
            json.dumps({"database_url": servers.database_url, "redis_url": servers.redis_url, **children}), flush=True
        )
        time.sleep(600)
