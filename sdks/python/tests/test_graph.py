import unittest

import gaia
from gaia.graph import find_circle, job_id


def job(title, depends_on=(), **more):
    return gaia.Job(title, lambda: None, depends_on=tuple(depends_on), **more)


class Checks(unittest.TestCase):
    def assertProblems(self, jobs, *problems):
        with self.assertRaises(gaia.DefinitionError) as raised:
            gaia.Pipeline(jobs).graph()
        self.assertEqual(raised.exception.problems, problems)

    def test_ids_are_those_of_the_published_sdks(self):
        self.assertEqual(job_id("Create DB User"), 1904494256)
        self.assertEqual(job_id("Größe ☃"), 1986133717)

    def test_dependencies_are_jobs_or_titles_in_any_case(self):
        first = job("First")
        graph = gaia.Pipeline([first, job("Second", [first, "FIRST"])]).graph()
        self.assertEqual([node.title for node in graph.find("second").depends_on], ["First"])

    def test_titles_differ(self):
        problem = 'two jobs are called "a": the case of letters makes no difference'
        self.assertProblems([job("A"), job("a")], problem)
        self.assertProblems([job(" ")], "a job has no title")

    def test_two_titles_of_one_id(self):
        self.assertEqual(job_id("costarring"), job_id("liquid"))
        problem = '"costarring" and "liquid" have the same id, by chance: rename one of them'
        self.assertProblems([job("costarring"), job("liquid")], problem)

    def test_dependencies_exist(self):
        problem = 'job "Test" depends on "Biuld", which is not declared (did you mean "Build"?)'
        self.assertProblems([job("Build"), job("Test", ["Biuld"])], problem)
        self.assertProblems(
            [job("Test", [job("Build")])], 'job "Test" depends on "Build", which is not declared'
        )

    def test_circles(self):
        circle = [job("A", ["C"]), job("B", ["A"]), job("C", ["B"]), job("D", ["A"])]
        self.assertProblems(circle, "jobs depend on each other in a circle: A -> C -> B -> A")
        self.assertProblems([job("A", ["a"])], "jobs depend on each other in a circle: A -> A")

    def test_a_long_chain_is_no_circle(self):
        chain = {str(n): [str(n + 1)] for n in range(100_000)}
        self.assertEqual(find_circle(chain), [])

    def test_arguments(self):
        self.assertProblems(
            [
                job(
                    "A",
                    args=(
                        gaia.text("k"),
                        gaia.number("k"),
                        gaia.text(""),
                        gaia.choice("c", []),
                        gaia.choice("d", ["x", "y"], default="z"),
                        gaia.Argument("n", "number", default="many"),
                        gaia.Argument("b", "boolean", default="maybe"),
                    ),
                )
            ],
            'job "A" declares the argument "k" twice',
            'job "A": an argument has no key',
            'job "A": argument "c" has no choices',
            'job "A": argument "d" has the default "z", which is none of x, y',
            'job "A": argument "n" has the default "many", which is no number',
            'job "A": argument "b" has the default "maybe", which is no boolean',
        )

    def test_policies(self):
        self.assertProblems(
            [job("A", attempts=0), job("B", timeout=0), gaia.Job("C", None)],
            'job "A": attempts is 0, but has to be a whole number from 1',
            'job "B": timeout is 0, but has to be seconds above 0',
            'job "C" has no function',
        )

    def test_on_demand(self):
        part = job("Part", on_demand=True)
        self.assertProblems([part], "the pipeline has no jobs, only such on demand")
        self.assertProblems(
            [job("A", [part]), part], 'job "A" depends on "Part", which is on demand: no part of the graph'
        )
        self.assertProblems(
            [job("A"), job("Part", ["A"], on_demand=True)],
            'job "Part" is on demand: what it depends on is said where it is added',
        )

    def test_no_jobs(self):
        self.assertProblems([], "the pipeline has no jobs")


class Decorator(unittest.TestCase):
    def test_title_and_description_are_by_default_those_of_the_function(self):
        pipeline = gaia.Pipeline()

        @pipeline.job
        def build():
            """Builds it.

            At length.
            """
            return "built"

        @pipeline.job("Ship", description="Ships it", depends_on=[build])
        def ship():
            """Not this."""

        titles = [(job.title, job.description) for job in pipeline.jobs]
        self.assertEqual(titles, [("build", "Builds it."), ("Ship", "Ships it")])
        self.assertEqual(build(), "built")
