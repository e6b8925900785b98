"""Gives the fuzzer's requests runs and schedules that are there, and now and then a stranger's token; checks that a stranger sees nothing."""

import json
import os
import random
import threading
import urllib.parse
import urllib.request

import schemathesis
from hypothesis import strategies as st
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import TestPhase

SEEDS = os.environ["REHELM_FUZZ_SEEDS"]
STRANGER = "Bearer token-of-a-stranger"
SHARE = float(os.environ.get("REHELM_FUZZ_GRANTED", "0.6"))
STRANGERS = float(os.environ.get("REHELM_FUZZ_STRANGERS", "0.05"))
# They take the same spec, and coverage breaks each of its fields for each of them in 2,000 cases: each gets every third, starting one apart.
SPECS = ["previewPlan", "startRun", "createSchedule"]
chance = random.Random(4711)
turns = dict.fromkeys(SPECS, 0)
lock = threading.Lock()


def seeds(operation=""):
    query = urllib.parse.urlencode({"operation": operation})
    with urllib.request.urlopen(f"{SEEDS}/?{query}", timeout=120) as answer:
        return json.load(answer)


SOME = seeds()


def draws(share):
    with lock:
        return chance.random() < share


def one_of(names):
    with lock:
        return chance.choice(names)


def is_linked(case):
    """Whether an earlier answer said where it goes."""
    if case.meta.phase.name != TestPhase.STATEFUL:
        return False
    override = getattr(case, "_override", None)
    return bool(override and override.path_parameters)


@schemathesis.hook
def filter_case(context, case):
    meta = case.meta
    operation = case.operation.definition.raw["operationId"]
    if operation not in SPECS or meta.phase.name != TestPhase.COVERAGE or meta.phase.data.parameter_location != ParameterLocation.BODY:
        return True
    turns[operation] += 1
    return turns[operation] % len(SPECS) == SPECS.index(operation)


@schemathesis.hook
def before_call(context, case, kwargs):
    meta = case.meta
    if meta is None:
        return
    operation = case.operation.definition.raw["operationId"]
    goes_wrong = meta.generation.mode.is_negative
    # One step after another, ids are the tool's own, or fresh: a shared one may be deleted, and the tool would take it for what it has just created.
    is_stateful = meta.phase.name == TestPhase.STATEFUL
    if "{id}" in case.path and not meta.is_negative_at(ParameterLocation.PATH) and not is_stateful:
        if not goes_wrong and draws(STRANGERS):
            case.path_parameters["id"] = one_of(SOME["schedules"] if "/schedules/" in case.path else SOME["runs"])
            case.headers["Authorization"] = STRANGER
            return
        # What is deleted is nobody's seed any more.
        if operation != "deleteSchedule" and draws(max(SHARE, 0.9)):
            case.path_parameters["id"] = one_of(SOME["schedules"] if "/schedules/" in case.path else SOME["runs"])
    if goes_wrong or is_linked(case) or not draws(SHARE):
        return
    granted = seeds(operation)
    if "id" in granted:
        case.path_parameters["id"] = granted["id"]
    if "body" in granted:
        case.body = granted["body"]


@schemathesis.hook
def before_generate_case(context, strategy):
    """Of an operation that takes no input there would be one case only: here each has the id that a proxy gives it."""

    def named(pair):
        case, request_id = pair
        if case.meta is None or not case.meta.generation.mode.is_negative:
            case.headers["x-request-id"] = str(request_id)
        return case

    return st.tuples(strategy, st.uuids()).map(named)


@schemathesis.check
def others_are_hidden(ctx, response, case):
    if response.request.headers.get("Authorization") != STRANGER:
        return
    assert response.status_code >= 400, f"a stranger is answered {response.status_code} about {response.request.url}"
