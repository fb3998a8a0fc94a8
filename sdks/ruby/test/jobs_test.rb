# frozen_string_literal: true

require_relative "test_helper"

# Single jobs, as a test of a pipeline runs them.
class JobsTest < Minitest::Test
  def one(function, **terms) = Gaia::Pipeline.new([Gaia::Job.new("Only", function, **terms)])

  def report(function = nil, job: {}, **given, &block)
    Gaia::Testing.run_job(one(function || block, **job), "only", **given)
  end

  def raising(error, text = nil) = -> { text.nil? ? raise(error) : raise(error, text) }

  def assert_ends(outcome, message, report)
    assert_equal [outcome, message], [report.outcome, report.message]
  end

  def method_of_a_test(ctx) = ctx.set_output("seen", ctx.args["k"])

  def test_what_a_function_takes
    callable = Class.new { def call(ctx) = ctx.set_output("seen", ctx.args["k"]) }.new
    [->(ctx) { method_of_a_test(ctx) }, proc { |ctx| method_of_a_test(ctx) }, method(:method_of_a_test), callable]
      .each { |function| assert_equal({ "seen" => "v" }, report(function, args: { k: "v" }).outputs) }
    assert_ends :succeeded, "", report(-> {})
    assert_ends :succeeded, "", report(proc {})
  end

  def test_the_context_says_what_is_performed
    ran = report(title: "Added", attempt: 3) do |ctx|
      ctx.set_output "all", [ctx.title, ctx.run, ctx.pipeline, ctx.attempt, ctx.cancelled?]
    end
    assert_equal ["Added", "test", "test", 3, false], ran.outputs["all"]
  end

  def test_exceptions_of_all_sorts
    unprintable = Class.new(StandardError) { def message = raise("no") }
    stub_const = Object.const_set(:Unprintable, unprintable)
    {
      raising("it broke") => "it broke",
      raising(ArgumentError.new("")) => "ArgumentError",
      raising(Interrupt) => "Interrupt",
      -> { exit 3 } => "the job called exit(3)",
      -> { abort "no more" } => "no more",
      -> { throw :x } => "uncaught throw :x",
      -> { Integer("x") } => 'invalid value for Integer(): "x"',
      raising(NoMemoryError, "too much") => "too much",
      raising(NotImplementedError, "later") => "later",
      raising(Gaia::Cancelled, "nobody asked") => "nobody asked",
      raising(unprintable) => "Unprintable",
      raising("\xFF\xFE".b) => "??"
    }.each { |function, message| assert_ends :failed, message, quietly { report(function) } }
  ensure
    Object.send(:remove_const, :Unprintable) if stub_const
  end

  def quietly
    stderr = $stderr
    $stderr = StringIO.new
    yield
  ensure
    $stderr = stderr
  end

  def test_the_trace_is_in_the_log_from_the_authors_code_on
    ran = report(raising("it broke"))
    line = ran.log.first
    assert_equal :error, line.level
    assert_match(/\Ait broke \(RuntimeError\)\n  from #{__FILE__}:\d+/, line.text)
    refute_includes line.text, "perform.rb"
  end

  def test_a_cause_is_in_the_log
    ran = report do
      Integer("x")
    rescue ::ArgumentError
      raise "second"
    end
    assert_match(/\Asecond \(RuntimeError\).*\ncaused by: invalid value for Integer/m, ran.text)
  end

  def test_a_long_message_is_cut_between_letters
    most = Gaia::SDK::Perform::MESSAGE_BYTES
    message = report(raising("x#{"☃" * most}")).message
    assert_includes (most - 3)..most, message.bytesize
    assert_equal ["☃"], message.chars.drop(1).uniq
  end

  def test_exit
    assert_ends :exit_pipeline, "enough", report(raising(Gaia::ExitPipeline, "enough"))
    assert_ends :exit_pipeline, '"Only" ended the pipeline', report(raising(Gaia::ExitPipeline))
  end

  def test_conditions
    ran = 0
    [
      [->(_ctx) { true }, :succeeded, ""],
      [->(ctx) { ctx.args["go"] == "now" }, :succeeded, ""],
      [-> { false }, :skipped, "its condition does not hold"],
      [-> {}, :skipped, "its condition does not hold"],
      [raising(Gaia::Skip), :skipped, "its condition does not hold"],
      [raising(Gaia::Skip, "not today"), :skipped, "not today"],
      [raising("unsure"), :failed, "unsure"]
    ].each do |condition, outcome, message|
      assert_ends outcome, message, report(-> { ran += 1 }, job: { condition: condition }, args: { go: "now" })
    end
    assert_equal 2, ran
  end

  def test_required
    job = { args: [Gaia.text("what", required: true), Gaia.text("with", default: "x", required: true)] }
    assert_ends :failed, 'argument "what" is required, and not given', report(-> {}, job: job)
    assert_ends :succeeded, "", report(-> {}, job: job, args: { what: "it" })
  end

  def test_cancellation
    [->(ctx) { ctx.sleep 3600 }, :check_cancelled.to_proc].each do |function|
      assert_ends :cancelled, "cancelled by the test", report(function, cancelled: true)
    end
    assert_ends :succeeded, "", report(-> {}, cancelled: true)
    reasons = []
    report(cancelled: true) { |ctx| ctx.on_cancel { reasons << ctx.cancel_reason } }
    assert_equal ["cancelled by the test"], reasons
  end

  def test_cancelled_is_nothing_that_a_job_would_swallow
    ran = report(cancelled: true) do |ctx|
      ctx.sleep 3600
    rescue StandardError
      ctx.set_output "swallowed", true
    end
    assert_equal :cancelled, ran.outcome
  end

  def test_outputs_are_what_json_can_say
    ran = report do |ctx|
      ctx.set_output :text, "☃"
      ctx.set_output "all", [1, 2.5, nil, { a: true, "b" => :symbol }]
      ctx.set_output "latin", "ü".encode("ISO-8859-1")
    end
    all = [1, 2.5, nil, { "a" => true, "b" => "symbol" }]
    assert_equal({ "text" => "☃", "all" => all, "latin" => "ü" }, ran.outputs)
  end

  def test_other_outputs_are_refused
    {
      Object.new => "a Object",
      Time.at(0) => "a Time",
      "\xFF" => "bytes that are no text",
      Float::NAN => "NaN",
      [{ 1 => 2 }] => "a key that is a Integer"
    }.each do |value, what|
      ran = report { |ctx| ctx.set_output "k", value }
      assert_ends :failed, "output \"k\" is nothing that JSON can say: #{what}", ran
    end
    assert_includes report { |ctx| ctx.set_output "", 1 }.message, "the key of an output is a text"
  end

  def test_outputs_of_a_job_that_failed_are_dropped
    ran = report do |ctx|
      ctx.set_output "k", 1
      raise "it broke"
    end
    assert_empty ran.outputs
  end

  def test_outputs_of_dependencies
    build = Gaia::Job.new("Build", -> {})
    ship = lambda do |ctx|
      ctx.set_output "image", ctx.dependencies["bUILD"]["image"]
      ctx.set_output "same", ctx.output(build, :image) == ctx.dependencies[build]["image"]
      ctx.set_output "none", [ctx.output(build, "x"), ctx.output("Other", "x", 5)]
      ctx.set_output "titles", ctx.dependencies.map { |title, _| title }
    end
    pipeline = Gaia::Pipeline.new([build, Gaia::Job.new("Ship", ship, depends_on: build)])
    ran = Gaia::Testing.run_job(pipeline, "Ship", outputs: { build => { image: "a:1" } })
    assert_equal({ "image" => "a:1", "same" => true, "none" => [nil, 5], "titles" => ["Build"] }, ran.outputs)
  end

  def test_log
    ran = report do |ctx|
      ctx.log.debug { "from a block" }
      ctx.log.info 7
      ctx.log.warn "two\nlines"
      ctx.log.error nil
    end
    lines = [[:debug, "from a block"], [:info, "7"], [:warn, "two\nlines"], [:error, ""]]
    assert_equal lines, ran.log.map(&:to_a)
  end

  def test_added_jobs
    pipeline = Gaia.pipeline do
      part = job("Part", on_demand: true) {}
      job "Grow" do |ctx|
        first = ctx.add(part, "One", args: { n: 1, on: true })
        ctx.add "part", "Two", depends_on: [first, "Grow", "Other"]
      end
    end
    one, two = Gaia::Testing.run_job(pipeline, "Grow").added
    assert_equal ["One", "Part", { "n" => "1", "on" => "true" }, []], one.to_a.values_at(0, 1, 3, 4)
    assert_equal %w[One Grow Other], two.depends_on
  end

  def test_wrong_added_jobs_are_refused
    {
      ->(ctx) { ctx.add("Olny", "A") } => 'performed by "Olny", which is not declared (did you mean "Only"?)',
      ->(ctx) { ctx.add("Only", "ONLY") } => 'there is a job "ONLY" already',
      ->(ctx) { %w[A a].each { |title| ctx.add("Only", title) } } => 'there is a job "a" already',
      ->(ctx) { ctx.add("Only", " ") } => "an added job has no title",
      ->(ctx) { ctx.add("Only", "A", args: { k: [] }) } => "an argument is text, a number"
    }.each do |function, message|
      ran = report(function)
      assert_equal [:failed, []], [ran.outcome, ran.added]
      assert_includes ran.message, message
    end
  end

  def test_other_pipelines
    function = lambda do |ctx|
      run = ctx.start("deploy", x: 1).wait
      ctx.set_output "run", [run.id, run.status, run.outputs]
    end
    {
      { k: 1 } => ["run-1", "completed", { "k" => 1 }],
      Gaia::Run.new(status: "failed") => ["run-1", "failed", {}],
      ->(args) { { got: args["x"] } } => ["run-1", "completed", { "got" => "1" }]
    }.each { |answer, run| assert_equal run, report(function, answers: { deploy: answer }).outputs["run"] }
    assert_equal 'the test gives no answer for the pipeline "deploy"', report(function).message
  end

  def test_an_unknown_job
    error = assert_raises(Gaia::Error) { Gaia::Testing.run_job(one(-> {}), "Onyl") }
    assert_equal 'there is no job "Onyl" (did you mean "Only"?)', error.message
  end
end
