# frozen_string_literal: true

require_relative "test_helper"

# Whole pipelines, as the local runner and tests run them.
class RunTest < Minitest::Test
  def setup
    @pipeline = Gaia::Pipeline.new
    @ran = Thread::Queue.new
  end

  # A job that notes that it ran, or does what the block does.
  def job(title, depends_on = [], **terms, &block)
    ran = @ran
    @pipeline.job(title, depends_on: depends_on, **terms, &(block || ->(ctx) { ran << ctx.title }))
  end

  def run_all(**given) = Gaia::Testing.run_pipeline(@pipeline, **given)

  def outcomes(report) = report.jobs.transform_values(&:outcome)

  def ran = Array.new(@ran.size) { @ran.pop }

  def test_the_order_is_that_of_the_dependencies
    job "Last", ["Middle"]
    job "Middle", ["First"]
    job "First"
    assert_equal :succeeded, run_all.outcome
    assert_equal %w[First Middle Last], ran
  end

  def test_independent_jobs_run_at_once
    mutex = Mutex.new
    all_here = ConditionVariable.new
    here = 0
    %w[A B C].each do |title|
      job(title) { mutex.synchronize { (here += 1) == 3 ? all_here.broadcast : all_here.wait(mutex) } }
    end
    assert_equal :succeeded, run_all.outcome
  end

  def test_what_is_behind_a_failure_is_not_run_and_the_rest_is
    job("Fail") { raise "it broke" }
    job "Behind", ["Fail"]
    job "Far behind", %w[Behind Beside]
    job "Beside"
    report = run_all
    assert_equal(
      { "Fail" => :failed, "Behind" => :not_run, "Far behind" => :not_run, "Beside" => :succeeded }, outcomes(report)
    )
    assert_equal [:failed, ["Fail"]], [report.outcome, report.failed]
  end

  def test_what_is_behind_a_skipped_job_is_run
    job "Skip", condition: -> { false }
    job "Behind", ["Skip"]
    assert_equal({ "Skip" => :skipped, "Behind" => :succeeded }, outcomes(run_all))
  end

  def test_a_job_can_end_the_pipeline
    job("Exit") { raise Gaia::ExitPipeline }
    job "Behind", ["Exit"]
    report = run_all
    assert_equal({ "Exit" => :exit_pipeline, "Behind" => :not_run }, outcomes(report))
    assert_equal :succeeded, report.outcome
  end

  def test_outputs_go_to_those_who_depend
    build = job("Build") { |ctx| ctx.set_output "image", "a:1" }
    job("Ship", ["BUILD"]) { |ctx| ctx.set_output "shipped", ctx.output(build, "image") }
    assert_equal({ "shipped" => "a:1" }, run_all.jobs["Ship"].outputs)
  end

  def test_arguments_go_to_all_who_declare_them
    said = @ran
    job("A", args: [Gaia.text("name", default: "x")]) { |ctx| said << ctx.args["name"] }
    job("B", ["A"], args: [Gaia.text("name", default: "y")]) { |ctx| said << ctx.args["name"] }
    run_all(args: { name: "z" })
    run_all
    assert_equal %w[z z x y], ran
  end

  def test_attempts
    job("Flaky", attempts: 3) { |ctx| raise "not yet" if ctx.attempt < 3 }
    job("Fail", attempts: 2) { |ctx| raise "attempt #{ctx.attempt}" }
    jobs = run_all.jobs
    assert_equal [:succeeded, "", 3], [jobs["Flaky"].outcome, jobs["Flaky"].message, jobs["Flaky"].attempts]
    assert_equal [:failed, "attempt 2", 2], [jobs["Fail"].outcome, jobs["Fail"].message, jobs["Fail"].attempts]
  end

  def test_a_timeout_fails_the_job
    job("Slow", timeout: 0.01) { |ctx| ctx.sleep 3600 }
    assert_equal "timed out after 0.01 s", run_all.jobs["Slow"].message
  end

  def test_a_job_that_ignores_its_timeout_is_ended
    ended = Thread::Queue.new
    job "Stubborn", timeout: 0.01 do
      sleep 3600
    ensure
      ended << true
    end
    assert_equal "timed out after 0.01 s, and did not end by itself", run_all(grace: 0.01).jobs["Stubborn"].message
    assert ended.pop
  end

  def test_a_job_that_ignores_an_interrupt_is_ended
    run = nil
    job "Stubborn" do
      run.interrupt
      loop { sleep 3600 }
    end
    job "Behind", ["Stubborn"]
    graph = @pipeline.graph
    run = Gaia::SDK::Local::Run.new(graph, {}, grace: 0.01)
    jobs = run.perform(graph).jobs
    assert_equal "interrupted, and did not end by itself", jobs["Stubborn"].message
    assert_equal :not_run, jobs["Behind"].outcome
  end

  def test_a_job_that_ends_its_own_thread
    job("Kill") { Thread.current.kill }
    assert_equal "the job ended its own thread", run_all.jobs["Kill"].message
  end

  def test_added_jobs_run_after_the_one_that_added_them
    part = job("Part", on_demand: true) { |ctx| ctx.set_output "n", ctx.args.number("n") }
    total = job("Sum", on_demand: true) { |ctx| ctx.set_output "sum", ctx.dependencies.values.sum { |of| of["n"] } }
    job "Grow" do |ctx|
      parts = [1, 2, 3].map { |n| ctx.add(part, "Part #{n}", args: { n: n }) }
      ctx.add total, "Join", depends_on: parts
    end
    jobs = run_all.jobs
    assert_equal ["Grow", "Part 1", "Part 2", "Part 3", "Join"], jobs.keys
    assert_equal({ "sum" => 6 }, jobs["Join"].outputs)
  end

  def test_added_jobs_are_given_secrets_and_nothing_else_that_they_were_not_added_with
    safe = job("Safe", on_demand: true, args: [Gaia.vault("TOKEN"), Gaia.vault("OWN"), Gaia.text("name")]) do |ctx|
      ctx.set_output "args", ctx.args.to_h
    end
    job("Grow", args: [Gaia.text("name")]) { |ctx| ctx.add(safe, "Added", args: { OWN: "own" }) }
    added = run_all(args: { TOKEN: "secret", OWN: "other", name: "x" }).jobs["Added"]
    assert_equal({ "TOKEN" => "secret", "OWN" => "own", "name" => "" }, added.outputs["args"])
  end

  def test_jobs_added_by_a_job_that_fails_are_not_added
    job "Grow" do |ctx|
      ctx.add "Grow", "More"
      raise "it broke"
    end
    assert_equal({ "Grow" => :failed }, outcomes(run_all))
  end

  def test_added_jobs_that_gaia_would_refuse_fail_the_job
    job("Missing") { |ctx| ctx.add "Missing", "A", depends_on: "Nope" }
    job "Circle" do |ctx|
      ctx.add "Circle", "B", depends_on: "C"
      ctx.add "Circle", "C", depends_on: "B"
    end
    assert_equal ['it added "A", which depends on "Nope": there is no such job',
                  "it added jobs that depend on each other in a circle: b -> c -> b"],
                 run_all.jobs.values.map(&:message)
  end

  def test_two_jobs_cannot_add_the_same
    first = job("First") { |ctx| ctx.add "Part", "Same" }
    job("Second", first) { |ctx| ctx.add "Part", "same" }
    job "Part", on_demand: true
    assert_equal 'it added "same", but there is a job of this title already', run_all.jobs["Second"].message
  end

  def test_other_pipelines
    job("Call") { |ctx| ctx.set_output "k", ctx.start("other").wait.outputs["k"] }
    assert_equal({ "k" => 1 }, run_all(answers: { other: { k: 1 } }).jobs["Call"].outputs)
  end

  def test_a_long_chain
    (1...500).inject(job("0")) { |before, n| job(n.to_s, [before]) }
    assert_equal :succeeded, run_all.outcome
    assert_equal (0...500).map(&:to_s), ran
  end
end
