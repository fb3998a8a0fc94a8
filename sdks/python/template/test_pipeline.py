import tempfile
import unittest
from pathlib import Path

from gaia.testing import run_job, run_pipeline

from pipeline import pipeline


class PipelineTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        Path(folder.name, "a.txt").write_text("one\ntwo\n")
        Path(folder.name, "b.md").write_text("three\n")

    def test_the_pipeline(self):
        report = run_pipeline(pipeline, args={"folder": self.folder, "limit": 2})
        self.assertEqual(report.outcome, "succeeded")
        self.assertEqual(report.jobs["Count"].outputs, {"lines": {".txt": 2, ".md": 1}})
        self.assertEqual(report.jobs["Report"].outputs, {"total": 3})
        self.assertEqual(report.jobs["Warn"].text, "3 lines")

    def test_no_warning_of_a_small_folder(self):
        report = run_job(pipeline, "Warn", outputs={"Report": {"total": 10_000}})
        self.assertEqual((report.outcome, report.message), ("skipped", "not more than 10000 lines"))


if __name__ == "__main__":
    unittest.main()
