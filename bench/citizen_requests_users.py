"""Sixteen users at once on two workers: lists, forms, boards, counts and searches."""

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle

from citizen_requests_calls import Calls
from kit import run

USERS = 16
SECONDS = 15
ROUNDS = 2
# Of twenty acts, which.
ACTS = (
    "list", "form", "kanban", "list all", "form", "search rare", "list", "form",
    "group state", "list", "form", "kanban", "list all", "search rare", "form",
    "list", "group unit", "overdue", "form", "kanban",
)  # fmt: skip


def measure_users(new_client, names):
    """``{name: (requests a second, p50 ms, p95 ms)}``, measured in turn."""
    users = {
        name: [Calls(new_client(), name) for _user in range(USERS)] for name in names
    }
    taken = {name: [] for name in names}
    for _round in range(ROUNDS):
        for name in names:
            run.say(f"{USERS} users, {name}")
            taken[name] += _everybody(users[name])
    return {name: _summary(taken[name]) for name in names}


def _everybody(users):
    end = time.monotonic() + SECONDS
    with ThreadPoolExecutor(USERS) as pool:
        jobs = [
            pool.submit(_work, calls, start, end) for start, calls in enumerate(users)
        ]
        return [seconds for job in jobs for seconds in job.result()]


def _work(calls, start, end):
    """Act after act until the time is up; each user begins elsewhere."""
    taken = []
    for number, act in enumerate(cycle(ACTS[start:] + ACTS[:start])):
        if time.monotonic() >= end:
            return taken
        taken.append(calls.take(act, f"users-{start}-{number}"))


def _summary(seconds):
    ordered = sorted(seconds)
    return (
        round(len(ordered) / (SECONDS * ROUNDS), 1),
        round(statistics.median(ordered) * 1000),
        round(ordered[int(len(ordered) * 0.95)] * 1000),
    )
