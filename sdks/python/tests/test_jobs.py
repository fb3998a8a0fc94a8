"""Single jobs, as a test of a pipeline runs them."""

import asyncio
import unittest

import gaia
from gaia.perform import MESSAGE_BYTES
from gaia.testing import LogLine, run_job


def one(function, **more):
    """A pipeline of one job."""
    return gaia.Pipeline([gaia.Job("Only", function, **more)])


def report(function, *, job=None, **given):
    return run_job(one(function, **(job or {})), "only", **given)


def raising(error):
    def function():
        raise error

    return function


class Functions(unittest.TestCase):
    def test_what_a_function_takes(self):
        class Callable:
            def __call__(self, ctx):
                seen.append(ctx.args["k"])

            def method(self, args):
                seen.append(args["k"])

        seen = []
        functions = (
            lambda ctx: seen.append(ctx.args["k"]),
            lambda args: seen.append(args["k"]),
            lambda: seen.append("v"),
            lambda *all: seen.append(all[0].args["k"]),
            Callable(),
            Callable().method,
        )
        for function in functions:
            self.assertEqual(report(function, args={"k": "v"}).outcome, "succeeded")
        self.assertEqual(seen, ["v"] * len(functions))

    def test_the_context_says_what_is_performed(self):
        def job(ctx):
            ctx.set_output("all", [ctx.title, ctx.run, ctx.pipeline, ctx.attempt, ctx.cancelled])

        ran = report(job, title="Added", attempt=3)
        self.assertEqual(ran.outputs["all"], ["Added", "test", "test", 3, False])

    def test_a_coroutine(self):
        async def job(ctx):
            await asyncio.sleep(0)
            ctx.set_output("done", True)

        self.assertEqual(report(job).outputs, {"done": True})

    def test_a_coroutine_is_cancelled(self):
        async def job(ctx):
            await asyncio.sleep(3600)

        ran = report(job, cancelled=True)
        self.assertEqual((ran.outcome, ran.message), ("cancelled", "cancelled by the test"))


class Outcomes(unittest.TestCase):
    def assertEnds(self, ran, outcome, message):
        self.assertEqual((ran.outcome, ran.message), (outcome, message))

    def test_exceptions_of_all_sorts(self):
        class Unprintable(Exception):
            def __str__(self):
                raise ValueError

        for error, message in (
            (RuntimeError("it broke"), "it broke"),
            (ValueError(), "ValueError"),
            (KeyboardInterrupt(), "KeyboardInterrupt"),
            (SystemExit(3), "the job called sys.exit(3)"),
            (GeneratorExit("x"), "x"),
            (Unprintable(), "Unprintable"),
            (gaia.Cancelled("nobody asked"), "nobody asked"),
            (asyncio.CancelledError(), "CancelledError"),
        ):
            self.assertEnds(report(raising(error)), "failed", message)

    def test_the_trace_is_in_the_log_from_the_authors_code_on(self):
        ran = report(raising(RuntimeError("it broke")))
        ((level, text),) = ran.log
        self.assertEqual(level, "error")
        self.assertRegex(text, r"in function\n.*\nRuntimeError: it broke$")
        self.assertNotIn("perform.py", text)
        ran = report(lambda args: args["nope"])
        self.assertRegex(ran.text, r'gaia.ArgumentError: argument "nope" is neither declared nor given$')
        self.assertNotIn("arguments.py", ran.text)

    def test_a_cause_is_in_the_log(self):
        def job():
            try:
                raise KeyError("first")
            except KeyError as error:
                raise RuntimeError("second") from error

        self.assertRegex(report(job).text, r"(?s)KeyError: 'first'.*direct cause.*RuntimeError: second")

    def test_a_long_message_is_cut_between_letters(self):
        message = report(raising(RuntimeError("x" + "☃" * MESSAGE_BYTES))).message
        self.assertLessEqual(len(message.encode()), MESSAGE_BYTES)
        self.assertGreater(len(message.encode()), MESSAGE_BYTES - 4)
        self.assertEqual(set(message[1:]), {"☃"})

    def test_exit(self):
        self.assertEnds(report(raising(gaia.ExitPipeline("enough"))), "exit_pipeline", "enough")
        self.assertEnds(report(raising(gaia.ExitPipeline())), "exit_pipeline", '"Only" ended the pipeline')

    def test_conditions(self):
        ran = []

        def job():
            ran.append(1)

        for condition, outcome, message in (
            (lambda ctx: True, "succeeded", ""),
            (lambda args: args["go"] == "now", "succeeded", ""),
            (lambda: False, "skipped", "its condition does not hold"),
            (lambda: None, "skipped", "its condition does not hold"),
            (raising(gaia.Skip("not today")), "skipped", "not today"),
            (raising(RuntimeError("unsure")), "failed", "unsure"),
        ):
            self.assertEnds(report(job, job={"condition": condition}, args={"go": "now"}), outcome, message)
        self.assertEqual(len(ran), 2)

    def test_required(self):
        job = {"args": (gaia.text("what", required=True), gaia.text("with", default="x", required=True))}
        self.assertEnds(report(lambda: None, job=job), "failed", 'argument "what" is required, and not given')
        self.assertEnds(report(lambda: None, job=job, args={"what": "it"}), "succeeded", "")

    def test_cancellation(self):
        for job in (lambda ctx: ctx.sleep(3600), lambda ctx: ctx.raise_if_cancelled()):
            self.assertEnds(report(job, cancelled=True), "cancelled", "cancelled by the test")
        self.assertEnds(report(lambda ctx: None, cancelled=True), "succeeded", "")
        called = []
        report(lambda ctx: ctx.on_cancel(lambda: called.append(ctx.cancel_reason)), cancelled=True)
        self.assertEqual(called, ["cancelled by the test"])

    def test_cancelled_is_no_exception_that_a_job_would_swallow(self):
        def job(ctx):
            try:
                ctx.sleep(3600)
            except Exception:
                ctx.set_output("swallowed", True)

        self.assertEqual(report(job, cancelled=True).outcome, "cancelled")


class Passing(unittest.TestCase):
    def test_outputs_are_what_json_can_say(self):
        values = {"text": "☃", "number": 2.5, "list": [1, None, {"a": True}]}

        def job(ctx):
            for key, value in values.items():
                ctx.set_output(key, value)

        self.assertEqual(report(job).outputs, values)

    def test_other_outputs_are_refused(self):
        for key, value, message in (
            ("k", object(), 'output "k" is nothing that JSON can say: Object of type object'),
            ("k", b"bytes", 'output "k" is nothing that JSON can say: Object of type bytes'),
            ("k", float("nan"), 'output "k" is nothing that JSON can say: Out of range'),
            ("", 1, "the key of an output is a text"),
        ):
            ran = report(lambda ctx, key=key, value=value: ctx.set_output(key, value))
            self.assertEqual(ran.outcome, "failed")
            self.assertIn(message, ran.message)

    def test_outputs_of_a_job_that_failed_are_dropped(self):
        def job(ctx):
            ctx.set_output("k", 1)
            raise RuntimeError

        self.assertEqual(report(job).outputs, {})

    def test_outputs_of_dependencies(self):
        pipeline = gaia.Pipeline()
        build = gaia.Job("Build", lambda: None)

        def ship(ctx):
            ctx.set_output("image", ctx.dependencies["bUILD"]["image"])
            ctx.set_output("same", ctx.output(build, "image") == ctx.dependencies[build]["image"])
            ctx.set_output("none", [ctx.output(build, "x"), ctx.output("Other", "x", 5)])
            ctx.set_output("titles", list(ctx.dependencies))

        pipeline.jobs = [build, gaia.Job("Ship", ship, depends_on=(build,))]
        ran = run_job(pipeline, "Ship", outputs={"Build": {"image": "a:1"}})
        self.assertEqual(ran.outputs, {"image": "a:1", "same": True, "none": [None, 5], "titles": ["Build"]})

    def test_log(self):
        def job(ctx):
            ctx.log.debug("%d %%", 5)
            ctx.log.info("100 %")
            ctx.log.warning(7)
            ctx.log.error("two\nlines")

        lines = [("debug", "5 %"), ("info", "100 %"), ("warn", "7"), ("error", "two\nlines")]
        self.assertEqual(report(job).log, [LogLine(*line) for line in lines])

    def test_added_jobs(self):
        pipeline = gaia.Pipeline()

        @pipeline.job("Part", on_demand=True)
        def part():
            pass

        @pipeline.job("Grow")
        def grow(ctx):
            first = ctx.add(part, "One", {"n": 1, "on": True})
            ctx.add("part", "Two", depends_on=[first, grow, "Other"])

        added = run_job(pipeline, grow).added
        self.assertEqual(
            [(job.title, job.job, job.arguments) for job in added],
            [("One", "Part", {"n": "1", "on": "true"}), ("Two", "Part", {})],
        )
        self.assertEqual(added[1].depends_on, ["One", "Grow", "Other"])

    def test_wrong_added_jobs_are_refused(self):
        for add, message in (
            (
                lambda ctx: ctx.add("Olny", "A"),
                'performed by "Olny", which is not declared (did you mean "Only"?)',
            ),
            (lambda ctx: ctx.add("Only", "ONLY"), 'there is a job "ONLY" already'),
            (lambda ctx: [ctx.add("Only", title) for title in ("A", "a")], 'there is a job "a" already'),
            (lambda ctx: ctx.add("Only", " "), "an added job has no title"),
            (lambda ctx: ctx.add("Only", "A", {"k": []}), "an argument is text, a number"),
        ):
            ran = report(add)
            self.assertEqual((ran.outcome, ran.added), ("failed", []))
            self.assertIn(message, ran.message)

    def test_other_pipelines(self):
        def job(ctx):
            run = ctx.start("deploy", {"x": 1}).wait()
            ctx.set_output("run", [run.id, run.status, run.outputs])

        for answer, outputs in (
            ({"k": 1}, ["run-1", "completed", {"k": 1}]),
            (gaia.Run("", "failed"), ["run-1", "failed", {}]),
            (lambda args: {"got": args["x"]}, ["run-1", "completed", {"got": "1"}]),
        ):
            self.assertEqual(report(job, answers={"deploy": answer}).outputs["run"], outputs)
        ran = report(job)
        self.assertEqual(ran.message, 'the test gives no answer for the pipeline "deploy"')

    def test_an_unknown_job(self):
        with self.assertRaisesRegex(gaia.GaiaError, r'there is no job "Onyl" \(did you mean "Only"\?\)'):
            run_job(one(print), "Onyl")
