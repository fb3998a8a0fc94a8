"""Whole pipelines, as the local runner and tests run them."""

import threading
import unittest
from unittest import mock

import gaia
from gaia import timeout
from gaia.local.run import LocalRun
from gaia.testing import run_pipeline


class Runs(unittest.TestCase):
    def setUp(self):
        self.pipeline = gaia.Pipeline()
        self.ran = []

    def job(self, title, depends_on=(), function=None, **more):
        def note(ctx):
            self.ran.append(ctx.title)

        job = gaia.Job(title, function or note, depends_on=tuple(depends_on), **more)
        self.pipeline.jobs.append(job)
        return job

    def outcomes(self, **given):
        report = run_pipeline(self.pipeline, **given)
        return {title: job.outcome for title, job in report.jobs.items()}, report

    def test_the_order_is_that_of_the_dependencies(self):
        self.job("Last", ["Middle"])
        self.job("Middle", ["First"])
        self.job("First")
        outcomes, report = self.outcomes()
        self.assertEqual(self.ran, ["First", "Middle", "Last"])
        self.assertEqual((set(outcomes.values()), report.outcome), ({"succeeded"}, "succeeded"))

    def test_independent_jobs_run_at_once(self):
        barrier = threading.Barrier(3)
        for title in ("A", "B", "C"):
            self.job(title, function=lambda: barrier.wait(60))
        self.assertEqual(self.outcomes()[1].outcome, "succeeded")

    def test_what_is_behind_a_failure_is_not_run_and_the_rest_is(self):
        def fail():
            raise RuntimeError("it broke")

        self.job("Fail", function=fail)
        self.job("Behind", ["Fail"])
        self.job("Far behind", ["Behind", "Beside"])
        self.job("Beside")
        outcomes, report = self.outcomes()
        self.assertEqual(
            outcomes, {"Fail": "failed", "Behind": "not_run", "Far behind": "not_run", "Beside": "succeeded"}
        )
        self.assertEqual((report.outcome, report.failed), ("failed", ["Fail"]))

    def test_what_is_behind_a_skipped_job_is_run(self):
        self.job("Skip", condition=lambda: False)
        self.job("Behind", ["Skip"])
        self.assertEqual(self.outcomes()[0], {"Skip": "skipped", "Behind": "succeeded"})

    def test_a_job_can_end_the_pipeline(self):
        def leave():
            raise gaia.ExitPipeline

        self.job("Exit", function=leave)
        self.job("Behind", ["Exit"])
        outcomes, report = self.outcomes()
        self.assertEqual(
            (outcomes, report.outcome), ({"Exit": "exit_pipeline", "Behind": "not_run"}, "succeeded")
        )

    def test_outputs_go_to_those_who_depend(self):
        build = self.job("Build", function=lambda ctx: ctx.set_output("image", "a:1"))
        self.job("Ship", ["BUILD"], lambda ctx: ctx.set_output("shipped", ctx.output(build, "image")))
        self.assertEqual(self.outcomes()[1].jobs["Ship"].outputs, {"shipped": "a:1"})

    def test_arguments_go_to_all_who_declare_them(self):
        def note(args):
            self.ran.append(args["name"])

        self.job("A", (), note, args=(gaia.text("name", default="x"),))
        self.job("B", ["A"], note, args=(gaia.text("name", default="y"),))
        self.outcomes(args={"name": "z"})
        self.outcomes()
        self.assertEqual(self.ran, ["z", "z", "x", "y"])

    def test_attempts(self):
        def flaky(ctx):
            self.ran.append(ctx.attempt)
            if ctx.attempt < 3:
                raise RuntimeError("not yet")

        self.job("Flaky", function=flaky, attempts=3)
        report = self.outcomes()[1].jobs["Flaky"]
        self.assertEqual((self.ran, report.outcome, report.attempts), ([1, 2, 3], "succeeded", 3))

    def test_attempts_have_an_end(self):
        def fail(ctx):
            raise RuntimeError(f"attempt {ctx.attempt}")

        self.job("Fail", function=fail, attempts=2)
        report = self.outcomes()[1].jobs["Fail"]
        self.assertEqual((report.outcome, report.message, report.attempts), ("failed", "attempt 2", 2))

    def test_a_timeout_fails_the_job(self):
        self.job("Slow", function=lambda ctx: ctx.sleep(3600), timeout=0.01)
        report = self.outcomes()[1].jobs["Slow"]
        self.assertEqual((report.outcome, report.message), ("failed", "timed out after 0.01 s"))

    def test_a_job_that_ignores_its_timeout_is_left_behind(self):
        go = threading.Event()
        self.addCleanup(go.set)
        self.job("Stubborn", function=lambda: go.wait(), timeout=0.01)
        with mock.patch.object(timeout, "GRACE_SECONDS", 0.01):
            report = self.outcomes()[1].jobs["Stubborn"]
        self.assertEqual(report.message, "timed out after 0.01 s, and does not end")

    def test_a_job_that_ignores_an_interrupt_is_left_behind(self):
        go = threading.Event()
        self.addCleanup(go.set)

        def stubborn():
            run.interrupt()
            go.wait()

        self.job("Stubborn", function=stubborn)
        self.job("Behind", ["Stubborn"])
        graph = self.pipeline.graph()
        run = LocalRun(graph, {})
        with mock.patch.object(timeout, "GRACE_SECONDS", 0.01):
            report = run.perform(graph)
        self.assertEqual(report.jobs["Stubborn"].message, "interrupted, and does not end")
        self.assertEqual(report.jobs["Behind"].outcome, "not_run")

    def test_added_jobs_run_after_the_one_that_added_them(self):
        part = self.job(
            "Part", on_demand=True, function=lambda ctx: ctx.set_output("n", ctx.args.number("n"))
        )
        total = self.job(
            "Sum",
            on_demand=True,
            function=lambda ctx: ctx.set_output("sum", sum(of["n"] for of in ctx.dependencies.values())),
        )

        def grow(ctx):
            parts = [ctx.add(part, f"Part {n}", {"n": n}) for n in (1, 2, 3)]
            ctx.add(total, "Join", depends_on=parts)

        self.job("Grow", function=grow)
        report = self.outcomes()[1]
        self.assertEqual(list(report.jobs), ["Grow", "Part 1", "Part 2", "Part 3", "Join"])
        self.assertEqual(report.jobs["Join"].outputs, {"sum": 6})

    def test_added_jobs_are_given_secrets_and_nothing_else_that_they_were_not_added_with(self):
        safe = self.job(
            "Safe",
            on_demand=True,
            args=[gaia.vault("TOKEN"), gaia.vault("OWN"), gaia.text("name")],
            function=lambda ctx: ctx.set_output("args", [ctx.args[key] for key in ("TOKEN", "OWN", "name")]),
        )
        self.job("Grow", args=[gaia.text("name")], function=lambda ctx: ctx.add(safe, "Added", {"OWN": "own"}))
        report = self.outcomes(args={"TOKEN": "secret", "OWN": "other", "name": "x"})[1]
        self.assertEqual(report.jobs["Added"].outputs["args"], ["secret", "own", ""])

    def test_jobs_added_by_a_job_that_fails_are_not_added(self):
        def grow(ctx):
            ctx.add("Grow", "More")
            raise RuntimeError

        self.job("Grow", function=grow)
        self.assertEqual(self.outcomes()[0], {"Grow": "failed"})

    def test_added_jobs_that_gaia_would_refuse_fail_the_job(self):
        self.job("Other")
        for depends_on, message in (
            ({"A": ["Nope"]}, 'it added "A", which depends on "Nope": there is no such job'),
            ({"A": ["B"], "B": ["A"]}, "it added jobs that depend on each other in a circle: a -> b -> a"),
        ):

            def grow(ctx, depends_on=depends_on):
                for title, others in depends_on.items():
                    ctx.add("Other", title, depends_on=others)

            self.pipeline.jobs = [self.pipeline.jobs[0], gaia.Job("Grow", lambda ctx, grow=grow: grow(ctx))]
            report = self.outcomes()[1].jobs["Grow"]
            self.assertEqual((report.outcome, report.message), ("failed", message))

    def test_two_jobs_cannot_add_the_same(self):
        first = self.job("First", function=lambda ctx: ctx.add("Part", "Same"))
        self.job("Second", [first], lambda ctx: ctx.add("Part", "same"))
        self.job("Part", on_demand=True)
        message = self.outcomes()[1].jobs["Second"].message
        self.assertEqual(message, 'it added "same", but there is a job of this title already')

    def test_other_pipelines(self):
        self.job("Call", function=lambda ctx: ctx.set_output("k", ctx.start("other").wait().outputs["k"]))
        report = self.outcomes(answers={"other": {"k": 1}})[1]
        self.assertEqual(report.jobs["Call"].outputs, {"k": 1})

    def test_a_long_chain(self):
        before = self.job("0")
        for n in range(1, 500):
            before = self.job(str(n), [before])
        self.assertEqual(self.outcomes()[1].outcome, "succeeded")
        self.assertEqual(self.ran, [str(n) for n in range(500)])
