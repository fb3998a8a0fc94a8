# frozen_string_literal: true

require "json"
require_relative "server_test"

# The protocol of Gaia's own SDKs.
class PerformTest < Minitest::Test
  include ServerTest

  def test_describe
    description = program.describe
    assert_equal ["gaia-ruby/0.1.0", 0], description.values_at(:sdk, :max_parallel)
    jobs = description[:jobs].to_h { |job| [job[:title], job] }
    assert_equal 21, jobs.size
    assert jobs["Part"][:on_demand]
    assert_equal 2, jobs["Flaky"][:attempts]
    assert_equal 300, jobs["Slow"][:timeout_ms]
    assert_equal [jobs["Greet"][:id]], jobs["Read"][:depends_on]
    tone = jobs["Greet"][:arguments].find { |argument| argument[:key] == "tone" }
    assert_equal [4, %w[calm wild], "calm"], tone.values_at(:type, :choices, :default_value)
    assert jobs["Needs"][:arguments][0][:required]
  end

  def test_a_job_with_arguments_outputs_and_a_log
    arguments = { "name" => "☃", "times" => "2.5", "loud" => "TRUE", "TOKEN" => "äöü" }
    performance = program.perform(id("Greet"), arguments: arguments)
    result = performance.result
    assert_equal 0, result[:outcome]
    assert_equal [[1, "hello ☃"]], performance.log
    assert_equal(
      { "greeting" => "hello ☃", "note" => "", "times" => 2.5, "loud" => true, "tone" => "calm", "token_length" => 3 },
      result[:outputs].transform_values { |value| JSON.parse(value) }
    )
  end

  def test_outputs_of_dependencies
    outputs = { "Greet" => { values: { "greeting" => '"hi"' } } }
    first = program.perform(id("Read"), outputs: outputs).result[:outputs]
    second = program.perform(id("Read")).result[:outputs]
    assert_equal(['"hi"', "null"], [first, second].map { |of| of["echo"] })
    assert_equal 1, second["count"].to_i - first["count"].to_i
  end

  def test_levels
    performance = program.perform(id("Levels"))
    performance.result
    texts = ["a debug line", "an info line", "a warning", "an error", "two\nlines"]
    assert_equal [0, 1, 2, 3, 1].zip(texts), performance.log
  end

  def test_outcomes
    [
      ["Fail", {}, 1, "it broke: ☃"],
      ["Flaky", {}, 1, "not yet"],
      ["Flaky", { attempt: 2 }, 0, ""],
      ["Exit", {}, 2, "enough"],
      ["Throw", {}, 1, "uncaught throw :thrown"],
      ["Skip", {}, 3, "not today"],
      ["Needs", {}, 1, 'argument "what" is required, and not given'],
      ["Greet", { arguments: { "times" => "x" } }, 1, 'argument "times" is "x", which is no number'],
      ["Greet", { arguments: { "loud" => "x" } }, 1, 'argument "loud" is "x", which is no boolean: say true or false'],
      ["Greet", { arguments: { "tone" => "x" } }, 1, 'argument "tone" is "x", which is none of calm, wild']
    ].each do |title, given, *ending|
      assert_equal ending, program.perform(id(title), **given).result.values_at(:outcome, :message)
    end
  end

  def test_a_failure_leaves_its_trace_in_the_log
    performance = program.perform(id("Fail"))
    performance.result
    level, text = performance.log.first
    assert_equal 3, level
    assert_match(/\Ait broke: ☃ \(RuntimeError\)\n  from .*conformance\.rb:\d+/, text)
    refute_includes text, "perform.rb"
  end

  def test_added_jobs
    result = program.perform(id("Grow"), arguments: { "parts" => "2" }).result
    assert_equal(
      [["Part 1", id("Part"), { "index" => "1" }, []],
       ["Part 2", id("Part"), { "index" => "2" }, []],
       ["Join", id("Sum"), {}, ["Part 1", "Part 2"]]],
      result[:jobs].map { |job| job.values_at(:title, :job, :arguments, :depends_on) }
    )
    part = program.perform(id("Part"), title: "Part 2", arguments: { "index" => "2" }).result
    assert_equal({ "index" => "2", "title" => '"Part 2"', "token_length" => "0" }, part[:outputs])
    parts = [1, 2].to_h { |index| ["Part #{index}", { values: { "index" => index.to_s } }] }
    assert_equal({ "sum" => "3" }, program.perform(id("Sum"), outputs: parts).result[:outputs])
  end

  def test_another_pipeline
    performance = program.perform(id("Call"), arguments: { "pipeline" => "deploy" })
    request = performance.next_request
    assert_equal({ pipeline: "deploy", arguments: { "x" => "1" } }, request[:start_run])
    performance.send({ answer: { request: request[:id], run: { id: "r7" } } })
    request = performance.next_request
    assert_equal({ run: "r7" }, request[:await_run])
    run = { id: "r7", status: "failed", outputs: { "answer" => "[42]" } }
    performance.send({ answer: { request: request[:id], run: run } })
    assert_equal({ "run" => '"r7"', "status" => '"failed"', "answer" => "[42]" }, performance.result[:outputs])
  end

  def test_a_refused_request_fails_the_job
    performance = program.perform(id("Call"))
    performance.send({ answer: { request: performance.next_request[:id], error: "no such pipeline" } })
    assert_equal [1, "no such pipeline"], performance.result.values_at(:outcome, :message)
  end

  def test_a_host_that_will_say_no_more_fails_requests_but_nothing_else
    { "Call" => 1, "Sleep" => 0 }.each do |title, outcome|
      performance = program.perform(id(title))
      performance.end_sending
      assert_equal outcome, performance.result[:outcome]
    end
  end

  def test_cancel
    %w[Wait Slow].each do |title|
      performance = program.perform(id(title))
      performance.send({ cancel: { reason: "run_stopped", grace_ms: 1000 } })
      assert_equal [4, "run_stopped"], performance.result.values_at(:outcome, :message)
    end
  end

  def test_cancel_ends_the_wait_for_another_pipeline
    performance = program.perform(id("Call"))
    performance.next_request
    performance.send({ cancel: { reason: "run_stopped" } })
    assert_equal 4, performance.result[:outcome]
  end

  def test_a_stream_that_breaks_cancels_the_job
    waiting = own(<<~RUBY)
      require "gaia/sdk"
      Gaia.pipeline do
        job "Wait" do |ctx|
          ctx.log.info "waiting"
          ctx.sleep 3600
        ensure
          warn "ended: \#{ctx.cancel_reason}"
        end
      end.serve
    RUBY
    performance = waiting.perform(id("Wait"))
    performance.next_log
    performance.cancel
    assert_includes waiting.stderr.wait_for("ended"), "ended: the connection to Gaia was lost"
  end

  def test_jobs_run_at_the_same_time
    # Each waits for all others: one after the other they would wait for ever.
    meeting = own(<<~RUBY)
      require "gaia/sdk"
      mutex, all_here, here = Mutex.new, ConditionVariable.new, 0
      Gaia.pipeline do
        job "Meet" do
          mutex.synchronize do
            (here += 1) == 40 ? all_here.broadcast : all_here.wait(mutex)
          end
        end
      end.serve
    RUBY
    performances = Array.new(40) { meeting.perform(id("Meet")) }
    assert_equal([0], performances.map { |performance| performance.result[:outcome] }.uniq)
  end

  def test_a_job_that_is_done_leaves_no_thread_behind
    counting = own(<<~RUBY)
      require "gaia/sdk"
      Gaia.pipeline { job("Count") { |ctx| ctx.set_output "threads", Thread.list.size } }.serve
    RUBY
    counts = Array.new(50) { counting.perform(id("Count")).result[:outputs]["threads"].to_i }
    assert_operator counts.last, :<, 20
  end

  def test_an_unknown_id_and_a_stream_without_a_start
    assert_refused(GRPC::Core::StatusCodes::NOT_FOUND) { program.perform(1).result }
    assert_refused(GRPC::Core::StatusCodes::INVALID_ARGUMENT) do
      path = "/gaia.program.v1.Program/Perform"
      program.stub.bidi_streamer(path, ["\x12\x00"], ProgramHost::ANYTHING, ProgramHost::ANYTHING).to_a
    end
  end

  def test_outputs_that_are_no_json_are_refused
    outputs = { "Greet" => { values: { "greeting" => "{" } } }
    assert_refused(GRPC::Core::StatusCodes::INVALID_ARGUMENT) do
      program.perform(id("Read"), outputs: outputs).result
    end
  end

  def test_a_crash_ends_the_process_with_its_status
    crashing = own
    assert_raises(GRPC::BadStatus) { crashing.perform(id("Crash")).result }
    assert_equal 7, crashing.status.exitstatus
  end

  def test_noise_on_stdout_breaks_nothing
    assert_equal 0, program.perform(id("Noise")).result[:outcome]
    assert_includes program.stdout.wait_for("on stdout\n"), "\x00\xFF\xFE\non stdout\n".b
  end
end
