"""What schemathesis is told beside the document: which 5xx are documented, and how answers are counted. Loaded by generated.py."""

import atexit
import collections
import json
import os
import pathlib

import schemathesis

ABSENT = frozenset(json.loads(os.environ["SECURITY_ABSENT"]))
COUNTS = pathlib.Path(os.environ["SECURITY_COUNTS"])

# What the caller must not end: its key, its session, its account.
PROTECTED = frozenset(json.loads(os.environ["SECURITY_PROTECTED"]))

counts = collections.Counter()


@schemathesis.hook
def filter_case(context, case):
    said = json.dumps([case.path_parameters, case.query, case.body], default=str)
    return not any(name in said for name in PROTECTED)


@schemathesis.hook
def after_call(context, case, response):
    counts[f"{case.operation.label} {response.status_code}"] += 1
    if os.environ.get("SECURITY_TRACE"):
        with open(os.environ["SECURITY_TRACE"], "a") as trace:
            print(response.status_code, case.method, case.formatted_path, case.query, str(case.body)[:300], file=trace)


@schemathesis.check
def only_documented_5xx(ctx, response, case):
    """501 is for what is absent by design, 503 for an overloaded server, which says when to come again."""
    status = response.status_code
    if status < 500 or (status == 501 and case.operation.label in ABSENT):
        return
    if status == 503 and "retry-after" in response.headers:
        return
    raise AssertionError(f"{case.operation.label} answers {status}")


@atexit.register
def tell():
    before = collections.Counter(json.loads(COUNTS.read_text())) if COUNTS.exists() else collections.Counter()
    COUNTS.write_text(json.dumps(before + counts))
