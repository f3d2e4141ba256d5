"""The figures of this web process. Counted where things happen; nothing here is called per token.

Labels are closed sets (a view's name, a status class), never something that a person typed.
"""

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

disable_created_metrics()  # type: ignore[no-untyped-call]
SITE = CollectorRegistry()
ProcessCollector(registry=SITE)
REQUESTS = Counter(
    "playground_http_requests",
    "Requests answered, by view and by the first digit of the status.",
    ["view", "status"],
    registry=SITE,
)
REQUEST_SECONDS = Histogram(
    "playground_http_request_seconds",
    "Time until an answer's headers were ready.",
    ["view"],
    buckets=SECONDS,
    registry=SITE,
)
SOCKETS = Gauge("playground_sockets_open", "Open sockets of the workbench.", registry=SITE)
SOCKETS_REFUSED = Counter(
    "playground_sockets_refused",
    "Sockets that were turned away or closed by the site, by the code that it gave.",
    ["code"],
    registry=SITE,
)
WATCHES = Gauge(
    "playground_watches", "Generations that open sockets are told of as they run.", registry=SITE
)
RUNS = Counter(
    "playground_runs",
    "Presses of Run, by what became of them: accepted, or why they were refused.",
    ["outcome"],
    registry=SITE,
)
RUN_SECONDS = Histogram(
    "playground_run_accept_seconds",
    "From a run's arrival at the site until it is stored and queued.",
    buckets=SECONDS,
    registry=SITE,
)
CLIENT_TTFT = Histogram(
    "playground_client_ttft_seconds",
    "From the press of Run until the browser had painted the first token.",
    buckets=(*SECONDS, 30.0, 60.0),
    registry=SITE,
)
RELAY_LAG = Gauge(
    "playground_relay_lag_seconds",
    "Age of the newest entry of the relay when it was read, by the two machines' clocks.",
    registry=SITE,
)
RELAY_READ_AGE = Gauge(
    "playground_relay_read_age_seconds",
    "Time since the relay last answered; over a few seconds means that no token comes through.",
    registry=SITE,
)
SIGN_INS = Counter(
    "playground_sign_ins", "Sign-ins, accepted and refused.", ["outcome"], registry=SITE
)
