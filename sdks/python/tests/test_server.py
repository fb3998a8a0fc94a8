"""The conformance program, served over mutual TLS."""

import json
import os
import signal
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor

import grpc

from gaia.graph import job_id
from gaia.wire import messages

from .certificates import Certificates
from .host import PATIENCE, Program, start

CONFORMANCE = os.path.join(os.path.dirname(__file__), "..", "conformance")
CODE = "import pipeline; pipeline.main()"


class ServerTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.certificates = Certificates(cls.folder.name)
        cls.program = cls.started()
        cls.addClassCleanup(cls.program.close)

    @classmethod
    def started(cls, code=CODE):
        return Program(code, cls.certificates, CONFORMANCE)

    def own(self, code=CODE):
        """A program for this test alone."""
        program = self.started(code)
        self.addCleanup(program.close)
        return program

    def assertRefused(self, code, call):
        with self.assertRaises(grpc.RpcError) as raised:
            call()
        self.assertEqual(raised.exception.code(), code)


class Serving(ServerTest):
    def test_the_handshake_is_one_line(self):
        self.assertRegex(self.program.handshake, r"^1\|2\|tcp\|127\.0\.0\.1:\d+\|grpc\n$")

    def test_a_host_without_a_certificate_is_refused(self):
        stranger = self.program.connect(self.certificates)
        self.addCleanup(stranger.close)
        self.assertRefused(grpc.StatusCode.UNAVAILABLE, lambda: self.program.get_jobs(stranger))

    def test_a_certificate_of_another_authority_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            other = Certificates(folder)
            stranger = self.program.connect(self.certificates, other.read("leaf.key"), other.read("leaf.crt"))
            self.addCleanup(stranger.close)
            self.assertRefused(grpc.StatusCode.UNAVAILABLE, lambda: self.program.get_jobs(stranger))

    def test_the_log_is_the_jobs_and_not_grpcs(self):
        code = """if True:
            import gaia, subprocess
            gaia.serve([gaia.Job("Fork", lambda: subprocess.run(["true"], check=True, preexec_fn=int))])
        """
        program = self.own(code)
        stranger = program.connect(self.certificates)
        self.addCleanup(stranger.close)
        self.assertRefused(grpc.StatusCode.UNAVAILABLE, lambda: program.get_jobs(stranger))
        self.assertEqual(program.perform(job_id("Fork")).result()["outcome"], 0)
        program.close()
        self.assertEqual(program.stderr.all(), b"")

    def test_health_knows_the_empty_name_and_plugin(self):
        self.assertEqual([self.program.health(name) for name in ("", "plugin")], [1, 1])
        self.assertRefused(grpc.StatusCode.NOT_FOUND, lambda: self.program.health("other"))

    def test_sigterm_ends_it_during_a_job_that_does_not_listen(self):
        program = self.own()
        program.perform(job_id("Stubborn")).next_log()
        program.process.send_signal(signal.SIGTERM)
        self.assertEqual(program.process.wait(PATIENCE), -signal.SIGTERM)

    def test_what_a_job_starts_is_not_given_the_certificates(self):
        result = self.program.perform(job_id("Child")).result()
        self.assertEqual(result["outputs"], {"certificates": '""'})

    def test_a_machine_without_threads_is_an_answer(self):
        # No stack of that size can be had. gRPC itself goes on with the threads that there are.
        code = """if True:
            import gaia, threading
            gaia.serve([
                gaia.Job("Exhaust", lambda: threading.stack_size(1 << 47) and None),
                gaia.Job("Timed", print, timeout=60),
                gaia.Job("Release", lambda: threading.stack_size(0) and None),
            ])
        """
        program = self.own(code)
        self.assertEqual(program.execute(job_id("Exhaust")), messages.JOB_RESULT.decode(b""))
        for refused in (
            lambda: program.execute(job_id("Timed")),
            lambda: program.perform(job_id("Timed")).result(),
        ):
            with self.assertRaises(grpc.RpcError) as raised:
                refused()
            self.assertEqual(raised.exception.code(), grpc.StatusCode.RESOURCE_EXHAUSTED)
            self.assertRegex(raised.exception.details(), "No free threads: ")
        self.assertEqual(program.execute(job_id("Release"))["failed"], False)
        self.assertEqual(program.perform(job_id("Timed")).result()["outcome"], 0)

    def test_a_message_of_many_megabytes_passes(self):
        result = self.program.perform(job_id("Greet"), arguments={"name": "x" * 6_000_000}).result()
        self.assertEqual(len(json.loads(result["outputs"]["greeting"])), 6_000_006)

    def test_a_missing_file_is_said_before_the_handshake(self):
        self.addCleanup(os.rename, self.certificates.path("away"), self.certificates.path("leaf.key"))
        os.rename(self.certificates.path("leaf.key"), self.certificates.path("away"))
        with start(CODE, self.certificates, CONFORMANCE) as process:
            stdout, stderr = process.communicate()
        self.assertEqual((process.returncode, stdout), (2, b""))
        self.assertIn(b"GAIA_PLUGIN_KEY: cannot read", stderr)

    def test_a_file_that_is_no_certificate_is_said_before_the_handshake(self):
        environment = {"GAIA_PLUGIN_CERT": self.certificates.path("leaf.key")}
        with start(CODE, self.certificates, CONFORMANCE, environment) as process:
            stdout, stderr = process.communicate()
        self.assertEqual((process.returncode, stdout), (2, b""))
        self.assertIn(b"PEM", stderr)

    def test_a_wrong_pipeline_is_said_before_the_handshake(self):
        code = "import gaia; gaia.serve([gaia.Job('A', print, depends_on=('B',)), gaia.Job('a', print)])"
        with start(code, self.certificates, CONFORMANCE) as process:
            stdout, stderr = process.communicate()
        self.assertEqual((process.returncode, stdout), (2, b""))
        self.assertIn(b'two jobs are called "a"', stderr)
        self.assertIn(b'job "A" depends on "B", which is not declared', stderr)


class Plugin(ServerTest):
    """The old protocol."""

    def test_the_jobs_of_the_graph_are_listed_in_the_authors_order(self):
        jobs = self.program.get_jobs()
        titles = [job["title"] for job in jobs]
        self.assertEqual(titles[:5], ["Greet", "Read", "Levels", "Needs", "Fail"])
        self.assertNotIn("Part", titles)
        self.assertEqual(jobs[1]["dependson"], [job_id("Greet")])
        self.assertEqual(jobs[titles.index("Größe ☃")]["unique_id"], 1986133717)
        kinds = [(argument["key"], argument["type"], argument["value"]) for argument in jobs[0]["args"]]
        self.assertEqual(
            kinds,
            [
                ("name", "textfield", "world"),
                ("note", "textarea", ""),
                ("loud", "boolean", "false"),
                ("times", "textfield", "2"),
                ("tone", "textfield", "calm"),
                ("TOKEN", "vault", ""),
            ],
        )

    def test_success_is_the_default_of_everything(self):
        nothing = {"unique_id": 0, "failed": False, "exit_pipeline": False, "message": ""}
        for title in ("Greet", "Skip", "Sleep", "Noise"):
            self.assertEqual(self.program.execute(job_id(title)), nothing)
        self.assertIn(b'INFO "Skip" is skipped: not today\n', self.program.stderr.wait_for(b"not today"))

    def test_failure_and_exit(self):
        for title, failed, message in (
            ("Fail", True, "it broke: ☃"),
            ("Flaky", True, "not yet"),
            ("Exit", False, "enough"),
            ("Throw", True, "the job called sys.exit('thrown')"),
            ("Needs", True, 'argument "what" is required, and not given'),
        ):
            answer = {"unique_id": job_id(title), "failed": failed, "exit_pipeline": True, "message": message}
            self.assertEqual(self.program.execute(job_id(title)), answer)

    def test_what_takes_another_gaia_says_so(self):
        for title in ("Grow", "Call"):
            result = self.program.execute(job_id(title))
            self.assertTrue(result["failed"])
            self.assertIn("takes a Gaia that speaks gaia.program.v1", result["message"])

    def test_log_lines_go_to_stderr_with_their_levels(self):
        program = self.own()
        program.execute(job_id("Levels"))
        program.close()
        lines = [
            "DEBUG a debug line",
            "INFO an info line",
            "WARN a warning",
            "ERROR an error",
            "INFO two",
            "INFO lines",
        ]
        self.assertEqual(program.stderr.all().decode().splitlines(), lines)

    def test_a_timeout_is_kept_also_when_the_job_ignores_it(self):
        for title, more in (("Slow", ""), ("Stubborn", ", and does not end")):
            result = self.program.execute(job_id(title))
            self.assertEqual((result["failed"], result["message"]), (True, f"timed out after 0.3 s{more}"))

    def test_an_unknown_id_is_not_found(self):
        self.assertRefused(grpc.StatusCode.NOT_FOUND, lambda: self.program.execute(1))

    def test_an_undeclared_argument_does_no_harm(self):
        self.assertFalse(self.program.execute(job_id("Greet"), [("what", "ever"), ("name", "")])["failed"])


class Perform(ServerTest):
    """The protocol of Gaia's own SDKs."""

    def test_describe(self):
        description = self.program.describe()
        self.assertEqual((description["sdk"], description["max_parallel"]), ("gaia-python/0.1.0", 0))
        jobs = {job["title"]: job for job in description["jobs"]}
        self.assertEqual(len(jobs), 21)
        self.assertTrue(jobs["Part"]["on_demand"])
        self.assertEqual(jobs["Flaky"]["attempts"], 2)
        self.assertEqual(jobs["Slow"]["timeout_ms"], 300)
        self.assertEqual(jobs["Read"]["depends_on"], [jobs["Greet"]["id"]])
        tone = next(argument for argument in jobs["Greet"]["arguments"] if argument["key"] == "tone")
        self.assertEqual(
            (tone["type"], tone["choices"], tone["default_value"]), (4, ["calm", "wild"], "calm")
        )
        self.assertTrue(jobs["Needs"]["arguments"][0]["required"])

    def test_a_job_with_arguments_outputs_and_a_log(self):
        performance = self.program.perform(
            job_id("Greet"), arguments={"name": "☃", "times": "2.5", "loud": "TRUE", "TOKEN": "äöü"}
        )
        result = performance.result()
        self.assertEqual(result["outcome"], 0)
        self.assertEqual(performance.log, [(1, "hello ☃")])
        outputs = {key: json.loads(value) for key, value in result["outputs"].items()}
        self.assertEqual(
            outputs,
            {
                "greeting": "hello ☃",
                "note": "",
                "times": 2.5,
                "loud": True,
                "tone": "calm",
                "token_length": 3,
            },
        )

    def test_outputs_of_dependencies(self):
        outputs = {"Greet": {"values": {"greeting": '"hi"'}}}
        first = self.program.perform(job_id("Read"), outputs=outputs).result()
        second = self.program.perform(job_id("Read")).result()
        self.assertEqual([first["outputs"]["echo"], second["outputs"]["echo"]], ['"hi"', "null"])
        self.assertEqual(int(second["outputs"]["count"]) - int(first["outputs"]["count"]), 1)

    def test_levels(self):
        performance = self.program.perform(job_id("Levels"))
        performance.result()
        texts = ["a debug line", "an info line", "a warning", "an error", "two\nlines"]
        self.assertEqual(performance.log, list(zip((0, 1, 2, 3, 1), texts)))

    def test_outcomes(self):
        for title, given, outcome, message in (
            ("Fail", {}, 1, "it broke: ☃"),
            ("Flaky", {}, 1, "not yet"),
            ("Flaky", {"attempt": 2}, 0, ""),
            ("Exit", {}, 2, "enough"),
            ("Throw", {}, 1, "the job called sys.exit('thrown')"),
            ("Skip", {}, 3, "not today"),
            ("Needs", {}, 1, 'argument "what" is required, and not given'),
            ("Greet", {"arguments": {"times": "x"}}, 1, 'argument "times" is "x", which is no number'),
            (
                "Greet",
                {"arguments": {"loud": "x"}},
                1,
                'argument "loud" is "x", which is no boolean: say true or false',
            ),
            ("Greet", {"arguments": {"tone": "x"}}, 1, 'argument "tone" is "x", which is none of calm, wild'),
        ):
            with self.subTest(title, given=given):
                result = self.program.perform(job_id(title), **given).result()
                self.assertEqual((result["outcome"], result["message"]), (outcome, message))

    def test_a_failure_leaves_its_trace_in_the_log(self):
        performance = self.program.perform(job_id("Fail"))
        performance.result()
        ((level, text),) = performance.log
        self.assertEqual(level, 3)
        self.assertRegex(text, r"(?s)^Traceback .*pipeline\.py.*, in fail\n.*RuntimeError: it broke: ☃$")
        self.assertNotIn("perform.py", text)

    def test_added_jobs(self):
        result = self.program.perform(job_id("Grow"), arguments={"parts": "2"}).result()
        self.assertEqual(
            [(job["title"], job["job"], job["arguments"], job["depends_on"]) for job in result["jobs"]],
            [
                ("Part 1", job_id("Part"), {"index": "1"}, []),
                ("Part 2", job_id("Part"), {"index": "2"}, []),
                ("Join", job_id("Sum"), {}, ["Part 1", "Part 2"]),
            ],
        )
        part = self.program.perform(job_id("Part"), title="Part 2", arguments={"index": "2"}).result()
        self.assertEqual(part["outputs"], {"index": "2", "title": '"Part 2"', "token_length": "0"})
        parts = {f"Part {n}": {"values": {"index": str(n)}} for n in (1, 2)}
        self.assertEqual(self.program.perform(job_id("Sum"), outputs=parts).result()["outputs"], {"sum": "3"})

    def test_another_pipeline(self):
        performance = self.program.perform(job_id("Call"), arguments={"pipeline": "deploy"})
        request = performance.next_request()
        self.assertEqual(request["start_run"], {"pipeline": "deploy", "arguments": {"x": "1"}})
        performance.send({"answer": {"request": request["id"], "run": {"id": "r7"}}})
        request = performance.next_request()
        self.assertEqual(request["await_run"], {"run": "r7"})
        run = {"id": "r7", "status": "failed", "outputs": {"answer": "[42]"}}
        performance.send({"answer": {"request": request["id"], "run": run}})
        self.assertEqual(
            performance.result()["outputs"], {"run": '"r7"', "status": '"failed"', "answer": "[42]"}
        )

    def test_a_refused_request_fails_the_job(self):
        performance = self.program.perform(job_id("Call"))
        performance.send(
            {"answer": {"request": performance.next_request()["id"], "error": "no such pipeline"}}
        )
        result = performance.result()
        self.assertEqual((result["outcome"], result["message"]), (1, "no such pipeline"))

    def test_a_host_that_will_say_no_more_fails_requests_but_nothing_else(self):
        for title, outcome in (("Call", 1), ("Greet", 0)):
            performance = self.program.perform(job_id(title))
            performance.send(None)
            self.assertEqual(performance.result()["outcome"], outcome)

    def test_cancel(self):
        for title in ("Wait", "Slow"):
            performance = self.program.perform(job_id(title))
            performance.send({"cancel": {"reason": "run_stopped", "grace_ms": 1000}})
            result = performance.result()
            self.assertEqual((result["outcome"], result["message"]), (4, "run_stopped"))

    def test_cancel_ends_the_wait_for_another_pipeline(self):
        performance = self.program.perform(job_id("Call"))
        performance.next_request()
        performance.send({"cancel": {"reason": "run_stopped"}})
        self.assertEqual(performance.result()["outcome"], 4)

    def test_a_stream_that_breaks_cancels_the_job(self):
        code = """if True:
            import gaia, sys
            def wait(ctx):
                ctx.log.info("waiting")
                try: ctx.sleep(3600)
                finally: print("ended: " + ctx.cancel_reason, file=sys.stderr, flush=True)
            gaia.serve([gaia.Job("Wait", wait)])
        """
        program = self.own(code)
        performance = program.perform(job_id("Wait"))
        performance.next_log()
        performance.call.cancel()
        self.assertIn(b"ended: the connection to Gaia was lost", program.stderr.wait_for(b"ended"))

    def test_a_cancelled_call_of_the_old_protocol_cancels_the_job(self):
        code = """if True:
            import gaia, sys
            def wait(ctx):
                ctx.log.info("waiting")
                try: ctx.sleep(3600)
                finally: print("ended: " + ctx.cancel_reason, file=sys.stderr, flush=True)
            gaia.serve([gaia.Job("Wait", wait)])
        """
        program = self.own(code)
        call = program.executing(job_id("Wait"))
        program.stderr.wait_for(b"INFO waiting")
        call.cancel()
        self.assertIn(b"ended: the call was broken off", program.stderr.wait_for(b"ended"))

    def test_jobs_run_at_the_same_time(self):
        """Each waits for all others: one after the other they would wait for ever."""
        code = """if True:
            import gaia, threading
            barrier = threading.Barrier(40)
            gaia.serve([gaia.Job("Meet", lambda: barrier.wait(60))])
        """
        program = self.own(code)
        with ThreadPoolExecutor(40) as pool:
            performances = [program.perform(job_id("Meet")) for _ in range(40)]
            results = list(pool.map(lambda performance: performance.result()["outcome"], performances))
        self.assertEqual(results, [0] * 40)

    def test_a_job_that_is_done_leaves_no_thread_behind(self):
        code = """if True:
            import gaia, threading
            gaia.serve([gaia.Job("Count", lambda ctx: ctx.set_output("threads", threading.active_count()))])
        """
        program = self.own(code)
        counts = [int(program.perform(job_id("Count")).result()["outputs"]["threads"]) for _ in range(50)]
        self.assertLess(counts[-1], 20)

    def test_an_unknown_id_and_a_stream_without_a_start(self):
        self.assertRefused(grpc.StatusCode.NOT_FOUND, lambda: self.program.perform(1).result())
        path = "/gaia.program.v1.Program/Perform"
        call = self.program.channel.stream_stream(path)
        self.assertRefused(grpc.StatusCode.INVALID_ARGUMENT, lambda: next(call(iter([b"\x12\x00"]))))

    def test_outputs_that_are_no_json_are_refused(self):
        outputs = {"Greet": {"values": {"greeting": "{"}}}
        performance = self.program.perform(job_id("Read"), outputs=outputs)
        self.assertRefused(grpc.StatusCode.INVALID_ARGUMENT, performance.result)

    def test_a_crash_ends_the_process_with_its_status(self):
        program = self.own()
        with self.assertRaises(grpc.RpcError):
            program.perform(job_id("Crash")).result()
        self.assertEqual(program.process.wait(PATIENCE), 7)

    def test_noise_on_stdout_breaks_nothing(self):
        self.assertEqual(self.program.perform(job_id("Noise")).result()["outcome"], 0)
        self.assertIn(b"\x00\xff\xfe\non stdout\n", self.program.stdout.wait_for(b"on stdout\n"))
