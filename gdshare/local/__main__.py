"""`python -m gdshare.local run` serves the portal; `… exec -- COMMAND` runs a command on the embedded servers."""

import argparse
import signal
import subprocess
import sys

from gdshare.local import dotenv, serve
from gdshare.local.places import PROJECT, LocalError, Place
from gdshare.local.processes import Family, follow_parent
from gdshare.local.servers import Servers, already_running, environment, given, running


def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # One orderly end for all. SIGINT too: a shell script's background job starts deaf to it.
        signal.signal(number, signal.default_int_handler)
    if options.with_parent:
        follow_parent()
    try:
        place = Place(options.purpose)
        if place.purpose == "run":
            dotenv.apply(PROJECT / ".env")
        if options.verb == "exec":
            return execute(place, options.command)
        serve.run(place, host=options.host, port=options.port)
    except LocalError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\n已停止 Stopped.", flush=True)
        return 130 if options.verb == "exec" else 0
    return 0


def execute(place: Place, command: list[str]) -> int:
    """Run the command with DATABASE_URL, REDIS_URL and SECRET_KEY set. Returns its exit status.

    Servers that `make run` keeps running are used; otherwise they are started for the time of the command.
    """
    if given("DATABASE_URL") and given("REDIS_URL"):
        place.make()
        own = Servers(given("DATABASE_URL"), given("REDIS_URL"), has_own_database=True)
        return _wait_for(command, environment(place, own))
    is_shared = place.purpose == "run" and not given("DATABASE_URL") and not given("REDIS_URL")
    if is_shared and (servers := already_running(place)) is not None:
        return _wait_for(command, environment(place, servers))
    with place.occupied():
        family = Family(place.folder / "processes.json", place.log_folder)
        with running(place, family) as servers:
            return _wait_for(command, environment(place, servers))


def _wait_for(command: list[str], env: dict[str, str]) -> int:
    """The command shares our terminal, so Ctrl-C reaches it too: give it time to end by itself."""
    with subprocess.Popen(command, env=env) as process:
        try:
            return process.wait()
        except KeyboardInterrupt:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.terminate()
            raise


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m gdshare.local", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    run = verbs.add_parser("run", help="serve the portal until Ctrl-C")
    run.add_argument("--host", default="127.0.0.1")
    run.add_argument("--port", type=_port, default=8000)
    run.set_defaults(purpose="run")
    execute = verbs.add_parser("exec", help="run a command on the embedded servers")
    execute.add_argument("--for", dest="purpose", choices=["run", "test", "bench", "check"], default="run")
    execute.add_argument("command", nargs="+", metavar="COMMAND", help="after --")
    for verb in (run, execute):
        verb.add_argument("--with-parent", action="store_true", help="stop when the calling process dies")
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; write a number from 1 to 65535")
    return int(text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
