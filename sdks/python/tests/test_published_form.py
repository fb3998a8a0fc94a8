"""A program for the published SDK, with its import changed, and a job function as Gaia's guides print it."""

import unittest

from gaia import sdk
from gaia.testing import run_job, run_pipeline

seen = []


class Source:
    def fetch(self):
        return "rows"


def connect_to_database(config):
    seen.append(config)
    return Source()


def transform_data(data):
    return data.upper()


def send_to_api(data, endpoint):
    seen.append((data, endpoint))


def DataProcessingJob(args):
    # Complex data processing with external APIs
    source = connect_to_database(args["db_config"])
    processed_data = transform_data(source.fetch())
    send_to_api(processed_data, args["api_endpoint"])


def list_them(arguments):
    for arg in arguments:
        seen.append(arg.key + "=" + arg.value)


def leave(args):
    raise sdk.ExitPipeline("enough")


class PublishedForm(unittest.TestCase):
    def setUp(self):
        seen.clear()
        endpoint = sdk.Argument(
            "Where it goes", sdk.InputType.TextAreaInp, "api_endpoint", "http://localhost"
        )
        password = sdk.Argument("", sdk.InputType.VaultInp, "PASSWORD")
        self.pipeline = sdk.pipeline_of(
            [
                sdk.Job("Process", "Moves rows", DataProcessingJob, None, [endpoint], None),
                sdk.Job(
                    "List", "", list_them, ["process"], [sdk.Argument("", key="name", value="x"), password]
                ),
                sdk.Job(
                    "Exit", handler=leave, dependsOn=["List"], interaction=sdk.ManualInteraction("sure?")
                ),
            ]
        )

    def test_it_runs(self):
        jobs = [sdk.Job("List", "", list_them), sdk.Job("Exit", "", leave, ["List"])]
        report = run_pipeline(sdk.pipeline_of(jobs))
        self.assertEqual([job.outcome for job in report.jobs.values()], ["succeeded", "exit_pipeline"])

    def test_arguments_by_key(self):
        report = run_job(self.pipeline, "Process", args={"db_config": "dsn"})
        self.assertEqual(report.outcome, "succeeded")
        self.assertEqual(seen, ["dsn", ("ROWS", "http://localhost")])

    def test_arguments_as_a_list(self):
        run_job(self.pipeline, "list", args={"PASSWORD": "hush"})
        self.assertEqual(seen, ["PASSWORD=hush", "name=x"])

    def test_exit(self):
        self.assertEqual(run_job(self.pipeline, "Exit").outcome, "exit_pipeline")

    def test_what_is_declared(self):
        graph = self.pipeline.graph()
        declared = [
            (argument.key, argument.type, argument.default) for node in graph for argument in node.job.args
        ]
        self.assertEqual(
            declared,
            [
                ("api_endpoint", "textarea", "http://localhost"),
                ("name", "text", "x"),
                ("PASSWORD", "vault", ""),
            ],
        )
        self.assertEqual([node.job.description for node in graph], ["Moves rows", "", ""])
