"""`run`: web, worker and timetable on the embedded servers, all children of this one process."""

import http.client
import signal
import sys
import time

from gdshare.local import accounts, ports
from gdshare.local.places import PROJECT, LocalError, Place
from gdshare.local.processes import Child, Family, require_running
from gdshare.local.servers import environment, running

WEB_PATIENCE = 90
RESTARTS = 5
"""A child that ends by itself is started again, so many times in all; then something is wrong and everything stops."""


def run(place: Place, *, host: str, port: int) -> None:
    """Serve until Ctrl-C. Raises LocalError when something cannot start."""
    begun = time.monotonic()
    with place.occupied():
        family = Family(place.folder / "processes.json", place.log_folder)
        for name in family.end_leftovers():
            print(f"Ended {name}, left over from a start that was killed.", flush=True)
        require_port(host, port)
        print("Starting …", flush=True)
        with running(place, family) as servers:
            env = environment(place, servers)
            env.setdefault("SITE_URL", address(host, port))
            env.update(BIND=f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
            prepare(family, env | {"LOAD_DEMO": "0" if servers.has_own_database else "1"}, place)
            crew = {name: start(family, name, command, env) for name, command in commands(place).items()}
            wait_for_web(crew["web"], host, port)
            welcome(place, host, port, seconds=time.monotonic() - begun, has_own_database=servers.has_own_database)
            try:
                watch(family, crew, commands(place), env)
            finally:
                family.stop([child for child in family.children if child.name in crew])


def require_port(host: str, port: int) -> None:
    """Raises LocalError offering another port when somebody listens on this one."""
    if not ports.is_free(host, port):
        raise LocalError(
            f"Port {port} on {host} is already in use by another program. 端口 {port} 已被占用。\n"
            f"Use another one 换一个端口:  make run PORT={ports.next_free(host, port)}"
        )


def address(host: str, port: int) -> str:
    """What a person types into the browser."""
    name = "localhost" if host in {"127.0.0.1", "0.0.0.0", "::", "::1"} else host
    return f"http://{name}:{port}"


def commands(place: Place) -> dict[str, list[str]]:
    """The three children that make the portal."""
    python = [sys.executable, "-m"]
    celery = [*python, "celery", "-A", "gdshare.celery", "--quiet"]
    return {
        "web": [*python, "gunicorn", "-c", "deploy/gunicorn.conf.py", "gdshare.wsgi"],
        "worker": [
            *celery,
            "worker",
            "--concurrency",
            "2",
            "--loglevel",
            "INFO",
            "--without-gossip",
            "--without-mingle",
        ],
        "beat": [*celery, "beat", "--loglevel", "INFO", "--pidfile=", "-s", str(place.folder / "beat-schedule")],
    }


def start(family: Family, name: str, command: list[str], env: dict[str, str], *, is_again: bool = False) -> Child:
    """Start one of them. When the parent dies they end at once: an open download must not keep the port."""
    return family.start(
        name, command, cwd=PROJECT, env=env, orphan_signal=signal.SIGQUIT, patience=5, is_again=is_again
    )


def prepare(family: Family, env: dict[str, str], place: Place) -> None:
    """Tables, static files, demo province."""
    command = [sys.executable, "-m", "gdshare.local.prepare", str(place.folder / "demo-unfinished")]
    child = family.start("prepare", command, cwd=PROJECT, env=env, is_console=True)
    if child.process.wait():
        raise LocalError("The portal could not be prepared; the reason is above.")
    family.stop([child])


def wait_for_web(web: Child, host: str, port: int) -> None:
    """Wait until the portal answers, whatever it answers."""
    reach = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    until = time.monotonic() + WEB_PATIENCE
    while time.monotonic() < until:
        require_running(web)
        connection = http.client.HTTPConnection(reach, port, timeout=WEB_PATIENCE)
        try:
            connection.request("GET", "/", headers={"Host": "localhost"})
            connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            time.sleep(0.2)
            continue
        finally:
            connection.close()
        return
    raise LocalError(f"The web server did not answer within {WEB_PATIENCE} seconds:\n{web.last_words()}")


def welcome(place: Place, host: str, port: int, *, seconds: float, has_own_database: bool) -> None:
    """Address and accounts."""
    rows = accounts.table(place.local / "accounts.json")
    print(f"\n一网共享 gdshare  {address(host, port)}   ({seconds:.1f} s)\n")
    if has_own_database:
        print("DATABASE_URL is set: your own database is used as it is. `make demo` loads the demo province into it.\n")
    elif rows:
        print(f"演示账号 Demo accounts:\n{rows}\n")
    print(f"日志 Logs: {place.log_folder.relative_to(place.project)}/    停止 Stop: Ctrl-C", flush=True)


def watch(
    family: Family, crew: dict[str, Child], how: dict[str, list[str]], env: dict[str, str], *, pause: float = 0.5
) -> None:
    """Until interrupted: start again what ended by itself. Raises LocalError for a server, and when it goes on."""
    restarts = 0
    while True:
        time.sleep(pause)
        for child in list(family.children):
            if child.is_running:
                continue
            restarts += 1
            if child.name not in crew or restarts > RESTARTS:
                raise LocalError(
                    f"{child.name} ended by itself. Its last words, from {child.log}:\n{child.last_words()}"
                )
            print(f"{child.name} ended by itself (see {child.log.name}); started again.", flush=True)
            family.stop([child])
            crew[child.name] = start(family, child.name, how[child.name], env, is_again=True)
