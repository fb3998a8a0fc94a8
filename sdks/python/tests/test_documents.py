"""What the README shows runs, and so does the template."""

import os
import re
import subprocess
import sys
import unittest

ROOT = os.path.join(os.path.dirname(__file__), "..")


class Documents(unittest.TestCase):
    def test_the_readme(self):
        with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as file:
            fences = re.findall(r"^```python\n(.*?)^```", file.read(), re.DOTALL | re.MULTILINE)
        # One after the other, as someone reads them.
        namespace = {"__name__": "pipeline"}
        for fence in fences:
            exec(compile(fence, "README.md", "exec"), namespace)
        self.assertEqual([job.title for job in namespace["pipeline"].jobs][:2], ["Build", "Test"])
        self.assertEqual([job.title for job in namespace["jobs"]], ["Create user"])

    def test_the_template(self):
        environment = {**os.environ, "PYTHONPATH": os.path.join(ROOT, "src")}
        folder = os.path.join(ROOT, "template")
        for command in (["-m", "unittest"], ["pipeline.py", "run", "--arg", "folder=."]):
            ran = subprocess.run([sys.executable, *command], cwd=folder, env=environment, capture_output=True)
            self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
