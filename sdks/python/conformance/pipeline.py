"""The conformance program (sdks/conformance) in Python."""

import os
import subprocess
import sys
import threading
import time

import gaia

pipeline = gaia.Pipeline()


@pipeline.job(
    "Greet",
    description="Says hello",
    args=[
        gaia.text("name", "Who is greeted", default="world"),
        gaia.textarea("note"),
        gaia.boolean("loud", default=False),
        gaia.number("times", default=2),
        gaia.choice("tone", ["calm", "wild"], default="calm"),
        gaia.vault("TOKEN"),
    ],
)
def greet(ctx):
    greeting = f"hello {ctx.args['name']}"
    ctx.log.info(greeting)
    ctx.set_output("greeting", greeting)
    ctx.set_output("note", ctx.args["note"])
    ctx.set_output("times", ctx.args.number("times"))
    ctx.set_output("loud", ctx.args.boolean("loud"))
    ctx.set_output("tone", ctx.args.choice("tone"))
    ctx.set_output("token_length", len(ctx.args["TOKEN"]))


class Counter:
    def __init__(self):
        self._lock = threading.Lock()
        self._count = 0

    def next(self):
        with self._lock:
            self._count += 1
            return self._count


reads = Counter()


@pipeline.job("Read", depends_on=[greet])
def read(ctx):
    ctx.set_output("echo", ctx.output(greet, "greeting"))
    ctx.set_output("count", reads.next())


@pipeline.job("Levels")
def levels(ctx):
    ctx.log.debug("a debug line")
    ctx.log.info("an info line")
    ctx.log.warning("a warning")
    ctx.log.error("an error")
    ctx.log.info("two\nlines")


@pipeline.job("Needs", args=[gaia.text("what", required=True)])
def needs(ctx):
    ctx.set_output("what", ctx.args["what"])


@pipeline.job("Fail")
def fail():
    raise RuntimeError("it broke: ☃")


@pipeline.job("Flaky", attempts=2)
def flaky(ctx):
    if ctx.attempt == 1:
        raise RuntimeError("not yet")


@pipeline.job("Exit")
def leave():
    raise gaia.ExitPipeline("enough")


@pipeline.job("Throw")
def throw():
    sys.exit("thrown")


def not_today():
    raise gaia.Skip("not today")


@pipeline.job("Skip", condition=not_today)
def skip(ctx):
    ctx.log.error("its condition does not hold")


@pipeline.job("Grow", args=[gaia.number("parts", default=2)])
def grow(ctx):
    parts = ctx.args.number("parts")
    added = [ctx.add(part, f"Part {index}", {"index": index}) for index in range(1, parts + 1)]
    ctx.add(total, "Join", depends_on=added)
    ctx.set_output("parts", parts)


@pipeline.job("Part", args=[gaia.number("index"), gaia.vault("TOKEN")], on_demand=True)
def part(ctx):
    ctx.set_output("index", ctx.args.number("index"))
    ctx.set_output("title", ctx.title)
    ctx.set_output("token_length", len(ctx.args["TOKEN"]))


@pipeline.job("Sum", on_demand=True)
def total(ctx):
    ctx.set_output("sum", sum(outputs["index"] for outputs in ctx.dependencies.values()))


@pipeline.job("Wait")
def wait(ctx):
    ctx.log.info("waiting")
    while True:
        ctx.sleep(3600)


@pipeline.job("Stubborn", timeout=0.3)
def stubborn(ctx):
    ctx.log.info("waiting")
    while True:
        time.sleep(3600)


@pipeline.job("Crash")
def crash():
    os._exit(7)


@pipeline.job("Sleep", args=[gaia.number("ms", default=200)])
def sleep(ctx):
    ctx.sleep(ctx.args.number("ms") / 1000)


@pipeline.job("Noise")
def noise():
    sys.stdout.flush()
    os.write(sys.stdout.fileno(), b"\x00\xff\xfe\n")
    print("on stdout", flush=True)
    sys.stderr.flush()
    os.write(sys.stderr.fileno(), b"\x00\xff\xfe\non stderr\n")


@pipeline.job("Child")
def child(ctx):
    script = 'printf "$GAIA_PLUGIN_CERT$GAIA_PLUGIN_KEY$GAIA_PLUGIN_CA_CERT"'
    printed = subprocess.run(["sh", "-c", script], stdout=subprocess.PIPE, check=True, text=True).stdout
    ctx.set_output("certificates", printed)


@pipeline.job("Call", args=[gaia.text("pipeline", default="other")])
def call(ctx):
    run = ctx.start(ctx.args["pipeline"], {"x": "1"}).wait()
    ctx.set_output("run", run.id)
    ctx.set_output("status", run.status)
    ctx.set_output("answer", run.outputs.get("answer"))


@pipeline.job("Größe ☃", args=[gaia.text("wert", default="ü")])
def size(ctx):
    ctx.set_output("wert", ctx.args["wert"])
    ctx.set_output("title", ctx.title)


@pipeline.job("Slow", timeout=0.3)
def slow(ctx):
    while True:
        ctx.sleep(3600)


def main():
    if "CONFORMANCE_NOISE" in os.environ:
        print("too early", flush=True)
    pipeline.serve()


if __name__ == "__main__":
    main()
