# frozen_string_literal: true

require_relative "test_helper"
require "gaia/sdk/graph"

class GraphTest < Minitest::Test
  def job(title, depends_on = [], **terms) = Gaia::Job.new(title, -> {}, depends_on: depends_on, **terms)

  def assert_problems(*problems, jobs)
    error = assert_raises(Gaia::DefinitionError) { Gaia::Pipeline.new(jobs).graph }
    assert_equal problems, error.problems
  end

  def test_ids_are_those_of_the_published_sdks
    assert_equal 1_904_494_256, Gaia::SDK.job_id("Create DB User")
    assert_equal 1_986_133_717, Gaia::SDK.job_id("Größe ☃")
  end

  def test_dependencies_are_jobs_or_titles_in_any_case
    graph = Gaia::Pipeline.new([job("Größe"), job("Second", "GRÖßE")]).graph
    assert_equal ["Größe"], graph.node_of("SECOND").depends_on.map(&:title)
  end

  def test_a_dependency_that_is_named_twice_counts_once
    first = job("First")
    graph = Gaia::Pipeline.new([first, job("Second", [first, "FIRST"])]).graph
    assert_equal ["First"], graph.node_of("second").depends_on.map(&:title)
  end

  def test_titles_differ
    assert_problems 'two jobs are called "a": the case of letters makes no difference', [job("A"), job("a")]
    assert_problems "a job has no title", [job(" ")]
  end

  def test_two_titles_of_one_id
    problem = '"costarring" and "liquid" have the same id, by chance: rename one of them'
    assert_problems problem, [job("costarring"), job("liquid")]
  end

  def test_dependencies_exist
    problem = 'job "Test" depends on "Biuld", which is not declared (did you mean "Build"?)'
    assert_problems problem, [job("Build"), job("Test", ["Biuld"])]
    assert_problems 'job "Test" depends on "Build", which is not declared', [job("Test", [job("Build")])]
  end

  def test_circles
    assert_problems "jobs depend on each other in a circle: A -> C -> B -> A",
                    [job("A", ["C"]), job("B", ["A"]), job("C", ["B"]), job("D", ["A"])]
    assert_problems "jobs depend on each other in a circle: A -> A", [job("A", ["a"])]
  end

  def test_a_long_chain_is_no_circle
    assert_nil(Gaia::SDK.circle((0..100_000).to_h { |n| [n.to_s, [(n + 1).to_s]] }))
  end

  def test_arguments
    args = [
      Gaia.text("k"),
      Gaia.number("k"),
      Gaia.text(""),
      Gaia.choice("c", []),
      Gaia.choice("d", %w[x y], default: "z"),
      Gaia.number("n", default: "many"),
      Gaia.boolean("b", default: "maybe")
    ]
    assert_problems(
      'job "A" declares the argument "k" twice',
      'job "A": an argument has no key',
      'job "A": argument "c" has no choices',
      'job "A": argument "d" has the default "z", which is none of x, y',
      'job "A": argument "n" has the default "many", which is no number',
      'job "A": argument "b" has the default "maybe", which is no boolean',
      [job("A", args: args)]
    )
  end

  def test_policies
    assert_problems(
      'job "A": attempts is 0, but has to be a whole number from 1',
      'job "B": timeout is 0, but has to be seconds above 0',
      'job "C" has no function',
      [job("A", attempts: 0), job("B", timeout: 0), Gaia::Job.new("C", nil)]
    )
  end

  def test_on_demand
    part = job("Part", on_demand: true)
    assert_problems "the pipeline has no jobs, only such on demand", [part]
    problem = 'job "A" depends on "Part", which is on demand: no part of the graph'
    assert_problems problem, [job("A", [part]), part]
    problem = 'job "Part" is on demand: what it depends on is said where it is added'
    assert_problems problem, [job("A"), job("Part", ["A"], on_demand: true)]
  end

  def test_no_jobs
    assert_problems "the pipeline has no jobs", []
  end

  def test_a_pipeline_is_declared_in_a_block_with_or_without_a_parameter
    outside = "B"
    pipelines = [Gaia.pipeline { job("A") {} }, Gaia.pipeline { |p| p.job(outside) {} }]
    assert_equal(%w[A B], pipelines.flat_map { |pipeline| pipeline.graph.map(&:title) })
  end
end
