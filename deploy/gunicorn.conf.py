"""The web server in production. Caddy stands before it and is the only one that reaches it."""

import os

bind = os.environ.get("BIND", "0.0.0.0:8000")
workers = int(os.environ.get("WEB_WORKERS", "2"))
worker_class = "gthread"
threads = 4
timeout = 30  # seconds; anything longer belongs to the worker
graceful_timeout = 20
# Fresh processes now and then: a leak somewhere shall not become an outage.
max_requests = 5000
max_requests_jitter = 500
# The heartbeat must not wait for a disk.
worker_tmp_dir = "/dev/shm"  # noqa: S108 - the container's own
forwarded_allow_ips = "*"
control_socket_disable = True
