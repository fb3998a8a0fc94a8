"""A pipeline on the Python SDK as it is published."""

import os
import sys

from gaiasdk import sdk

COUNT = 0


def count(args):
    global COUNT
    COUNT += 1
    for arg in args:
        print("count %d %s=%s" % (COUNT, arg.key, arg.value), file=sys.stderr, flush=True)


def fail(args):
    raise RuntimeError("it broke")


def leave(args):
    raise sdk.ExitPipeline("enough")


def crash(args):
    os._exit(4)


def main():
    name = sdk.Argument("whom to greet", sdk.InputType.TextFieldInp, "name", "Größe ☃")
    sdk.serve([
        sdk.Job("Count", "says how often it ran", count, None, [name], None),
        sdk.Job("Fail", "", fail, ["count"], None, None),
        sdk.Job("Exit", "", leave, ["count"], None, None),
        sdk.Job("Crash", "", crash, None, None, None),
    ])
