"""Gunicorn for `make run` and for the container: few processes, many threads, long answers allowed.

`timeout` watches the heartbeat of a worker process, not the length of an answer: with threads the heartbeat goes on
while a download of an hour streams.
"""

import os

bind = os.environ.get("BIND", "0.0.0.0:8000")
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS") or 2)
threads = int(os.environ.get("WEB_THREADS") or 8)
timeout = 60
graceful_timeout = int(os.environ.get("WEB_GRACEFUL_SECONDS") or 5)
keepalive = 15
reload = os.environ.get("WEB_RELOAD") == "1"
control_socket_disable = True
accesslog = "-"
access_log_format = '%(t)s %(s)s %(m)s %(U)s %(L)ss %(B)sB "%({x-request-id}o)s"'
