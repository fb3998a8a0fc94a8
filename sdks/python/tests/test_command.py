"""The command line of a program, as its author types it."""

import os
import signal
import subprocess
import sys
import unittest

CONFORMANCE = os.path.join(os.path.dirname(__file__), "..", "conformance")
SOURCE = os.path.join(os.path.dirname(__file__), "..", "src")
PATIENCE = 120


def program(*arguments, code=None, **environment):
    """Starts the conformance program, or the one that code is."""
    command = ["pipeline.py"] if code is None else ["-c", code]
    return subprocess.Popen(
        [sys.executable, *command, *arguments],
        cwd=CONFORMANCE,
        env={**os.environ, "PYTHONPATH": SOURCE, "PYTHONIOENCODING": "utf-8", **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="surrogateescape",
    )


def ended(*arguments, **more):
    """Status, stdout and stderr of a program that has ended."""
    with program(*arguments, **more) as process:
        stdout, stderr = process.communicate(timeout=PATIENCE)
    return process.returncode, stdout, stderr


class Run(unittest.TestCase):
    def test_a_job_and_what_it_depends_on(self):
        status, stdout, stderr = ended("run", "--job", "rEAD", "--arg", "name=you", TOKEN="hush")
        self.assertEqual((status, stderr), (0, ""))
        lines = [line for line in stdout.splitlines() if " after " not in line]
        self.assertEqual(
            lines,
            [
                "Greet: started",
                "Greet: INFO hello you",
                'Greet: output greeting = "hello you"',
                'Greet: output note = ""',
                "Greet: output times = 2",
                "Greet: output loud = false",
                'Greet: output tone = "calm"',
                "Greet: output token_length = 4",
                "Read: started",
                'Read: output echo = "hello you"',
                "Read: output count = 1",
                "run: succeeded",
            ],
        )
        self.assertRegex(stdout, r"(?m)^Greet: succeeded after \d+\.\d\d s$")

    def test_a_secret_of_the_command_line_comes_before_the_environments(self):
        stdout = ended("run", "--job", "Greet", "--arg", "TOKEN=äö", TOKEN="hush")[1]
        self.assertIn("output token_length = 2\n", stdout)

    def test_failures(self):
        status, stdout, _ = ended("run", "--job", "Fail", "--job", "Slow", "--job", "Throw", "--job", "Needs")
        self.assertEqual(status, 1)
        self.assertRegex(stdout, r"(?m)^Fail: failed after .* s: it broke: ☃$")
        self.assertRegex(stdout, r"(?m)^Slow: failed after .* s: timed out after 0.3 s$")
        self.assertIn("Fail: ERROR RuntimeError: it broke: ☃\n", stdout)
        self.assertIn("\nrun: failed: Needs, Fail, Throw, Slow\n", stdout)

    def test_what_is_no_failure(self):
        titles = ("Exit", "Skip", "Flaky", "Grow", "Noise", "Größe ☃", "Levels")
        status, stdout, _ = ended("run", *(word for title in titles for word in ("--job", title)))
        self.assertEqual(status, 0)
        for line in (
            r"Exit: ended the pipeline after .* s: enough",
            r"Skip: skipped after .* s: not today",
            r"Flaky: attempt 1 failed: not yet",
            r"Levels: INFO lines",
        ):
            self.assertRegex(stdout, f"(?m)^{line}$")

    def test_another_pipeline_needs_gaia(self):
        status, stdout, _ = ended("run", "--job", "Call")
        self.assertEqual(status, 1)
        self.assertIn('starting the pipeline "other" needs Gaia', stdout)

    def test_an_on_demand_job_alone(self):
        status, stdout, _ = ended("run", "--job", "Part", "--arg", "index=7")
        self.assertEqual(status, 0)
        self.assertIn("Part: output index = 7\n", stdout)

    def test_a_terminal_of_another_encoding(self):
        status, stdout, _ = ended("run", "--job", "Größe ☃", PYTHONIOENCODING="ascii")
        self.assertEqual(status, 0)
        self.assertIn("\\u2603: started", stdout)

    def test_ctrl_c_asks_the_jobs_to_end(self):
        with program("run", "--job", "Wait") as process:
            while process.stdout.readline() != "Wait: INFO waiting\n":
                pass
            process.send_signal(signal.SIGINT)
            stdout, _ = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 130)
        self.assertRegex(stdout, r"Wait: cancelled after .* s: interrupted\nrun: interrupted\n$")


class Usage(unittest.TestCase):
    def test_wrong_usage_is_status_2(self):
        for arguments, message in (
            ((), "required: run|list"),
            (("walk",), "invalid choice: 'walk'"),
            (("run", "--job", "Gret"), 'there is no job "Gret" (did you mean "Greet"?)'),
            (("run", "--arg", "name"), '--arg "name" is not KEY=VALUE'),
            (
                ("run", "--job", "Read", "--arg", "nme=x"),
                'has an argument "nme"; there are: TOKEN, loud, name',
            ),
        ):
            status, stdout, stderr = ended(*arguments)
            self.assertEqual((status, stdout), (2, ""))
            self.assertIn(message, stderr)

    def test_help_is_status_0(self):
        self.assertEqual(ended("--help")[0], 0)

    def test_a_wrong_pipeline_is_status_2_and_says_all_that_is_wrong(self):
        code = "import gaia; gaia.serve([gaia.Job('A', print, depends_on=('B',)), gaia.Job('a', print)])"
        status, _, stderr = ended("list", code=code)
        self.assertEqual(status, 2)
        self.assertEqual(len(stderr.splitlines()), 2)

    def test_list(self):
        status, stdout, _ = ended("list")
        self.assertEqual(status, 0)
        for lines in (
            'Greet: Says hello\n  --arg name=text, default "world", Who is greeted\n  --arg note=textarea\n',
            '  --arg tone=calm|wild, default "calm"\n  --arg TOKEN=vault\nRead\n  after Greet\n',
            "Needs\n  --arg what=text, required\n",
            "Part (on demand)\n",
        ):
            self.assertIn(lines, stdout)
