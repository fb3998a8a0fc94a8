# frozen_string_literal: true

require "tmpdir"
require_relative "test_helper"
require_relative "certificates"
require_relative "program_host"

# The conformance program, served over mutual TLS.
module ServerTest
  CODE = 'require "conformance"; Main.main'

  # Started once for all tests.
  module Shared
    def self.certificates = @certificates ||= Certificates.new(folder)

    def self.folder
      @folder ||= Dir.mktmpdir.tap { |folder| Minitest.after_run { FileUtils.remove_entry(folder) } }
    end

    def self.program
      @program ||= ProgramHost.new(CODE, certificates).tap { |program| Minitest.after_run { program.close } }
    end
  end

  def certificates = Shared.certificates

  def program = Shared.program

  # A program for this test alone.
  def own(code = CODE) = ProgramHost.new(code, certificates).tap { |program| (@own ||= []) << program }

  def teardown
    @own&.each(&:close)
    super
  end

  def id(title) = Gaia::SDK.job_id(title)

  def assert_refused(code, &block)
    error = assert_raises(GRPC::BadStatus, &block)
    assert_equal code, error.code, error.message
  end

  # Handshake, TLS, health, the end.
  class Serving < Minitest::Test
    include ServerTest

    def test_the_handshake_is_one_line
      assert_match(/\A1\|2\|tcp\|127\.0\.0\.1:\d+\|grpc\n\z/, program.handshake)
    end

    def test_a_host_without_a_certificate_is_refused
      assert_refused(GRPC::Core::StatusCodes::UNAVAILABLE) { program.jobs(program.connect) }
    end

    def test_a_certificate_of_another_authority_is_refused
      Dir.mktmpdir do |folder|
        other = Certificates.new(folder)
        stranger = program.connect(other.read("leaf.key"), other.read("leaf.crt"))
        assert_refused(GRPC::Core::StatusCodes::UNAVAILABLE) { program.jobs(stranger) }
      end
    end

    def test_the_log_is_the_jobs_and_not_grpcs
      lone = own('require "gaia/sdk"; Gaia.pipeline { job("Spawn") { system("true", exception: true) } }.serve')
      assert_refused(GRPC::Core::StatusCodes::UNAVAILABLE) { lone.jobs(lone.connect) }
      assert_equal 0, lone.perform(id("Spawn")).result[:outcome]
      lone.close
      assert_equal "", lone.stderr.all
    end

    def test_health_knows_the_empty_name_and_plugin
      assert_equal([1, 1], ["", "plugin"].map { |name| program.health(name) })
      assert_refused(GRPC::Core::StatusCodes::NOT_FOUND) { program.health("other") }
    end

    def test_an_unknown_method_is_unimplemented
      assert_refused(GRPC::Core::StatusCodes::UNIMPLEMENTED) do
        program.stub.request_response("/plugin.GRPCStdio/StreamStdio", "", ProgramHost::ANYTHING, ProgramHost::ANYTHING)
      end
    end

    def test_nonsense_is_refused_and_the_program_lives_on
      ["\x08", "\x1a\x05A"].each do |bytes|
        assert_refused(GRPC::Core::StatusCodes::INVALID_ARGUMENT) do
          program.stub.request_response("/proto.Plugin/ExecuteJob", bytes, ProgramHost::ANYTHING, ProgramHost::ANYTHING)
        end
      end
      assert_equal 1, program.health("")
    end

    def test_sigterm_ends_it_during_a_job_that_does_not_listen
      busy = own('require "gaia/sdk"; Gaia.pipeline { job("Busy") { |ctx| ctx.log.info "on"; loop {} } }.serve')
      busy.perform(id("Busy")).next_log
      busy.kill("TERM")
      assert_equal Signal.list["TERM"], busy.status.termsig
    end

    def test_what_a_job_starts_is_not_given_the_certificates
      assert_equal({ "certificates" => '""' }, program.perform(id("Child")).result[:outputs])
    end

    # Of the threads of a call of ExecuteJob each may be one too many; after that, none can be had at all.
    def test_a_machine_without_threads_is_an_answer
      3.times do |left|
        exhausted = own(<<~RUBY)
          require "gaia/sdk"
          $left = 1_000
          Thread.singleton_class.prepend(Module.new do
            def new(...)
              raise ThreadError, "can't create Thread" if ($left -= 1).negative?
              super
            end
          end)
          Gaia.pipeline { job("Leave") { $left = #{left} } }.serve
        RUBY
        refute exhausted.execute(id("Leave"))[:failed]
        2.times do
          error = assert_raises(GRPC::ResourceExhausted) { exhausted.execute(id("Leave")) }
          assert_match(/No free threads: /, error.details)
        end
      end
    end

    def test_a_message_of_many_megabytes_passes
      result = program.perform(id("Greet"), arguments: { "name" => "x" * 6_000_000 }).result
      assert_equal 6_000_006 + 2, result[:outputs]["greeting"].size
    end

    def test_a_missing_file_is_said_before_the_handshake
      environment = { **certificates.environment, "GAIA_PLUGIN_KEY" => "/nowhere/key" }
      status, stdout, stderr = ProgramHost.run(CODE, environment)
      assert_equal [2, ""], [status, stdout]
      assert_includes stderr, "GAIA_PLUGIN_KEY: cannot read /nowhere/key"
    end

    def test_a_file_that_is_no_certificate_is_said_before_the_handshake
      environment = { **certificates.environment, "GAIA_PLUGIN_CERT" => certificates.path("leaf.key") }
      status, stdout, stderr = ProgramHost.run(CODE, environment)
      assert_equal [2, ""], [status, stdout]
      assert_includes stderr, "PEM files"
    end

    def test_a_variable_that_is_not_set_is_said_before_the_handshake
      environment = { **certificates.environment, "GAIA_PLUGIN_CA_CERT" => nil }
      status, _, stderr = ProgramHost.run(CODE, environment)
      assert_equal 2, status
      assert_includes stderr, "GAIA_PLUGIN_CA_CERT is not set"
    end

    def test_a_wrong_pipeline_is_said_before_the_handshake
      code = 'require "gaia/sdk"; Gaia.pipeline { job("A", depends_on: "B") {}; job("a") {} }.serve'
      status, stdout, stderr = ProgramHost.run(code, certificates.environment)
      assert_equal [2, ""], [status, stdout]
      assert_includes stderr, 'two jobs are called "a"'
      assert_includes stderr, 'job "A" depends on "B", which is not declared'
    end
  end

  # The old protocol.
  class Plugin < Minitest::Test
    include ServerTest

    def test_the_jobs_of_the_graph_are_listed_in_the_authors_order
      jobs = program.jobs
      assert_equal %w[Greet Read Levels Needs Fail], jobs.first(5).map { |job| job[:title] }
      refute(jobs.any? { |job| job[:title] == "Part" })
      assert_equal [id("Greet")], jobs[1][:dependson]
      assert_equal(1_986_133_717, jobs.find { |job| job[:title] == "Größe ☃" }[:unique_id])
      assert_equal(
        [%w[name textfield world], ["note", "textarea", ""], %w[loud boolean false], %w[times textfield 2],
         %w[tone textfield calm], ["TOKEN", "vault", ""]],
        jobs[0][:args].map { |argument| argument.values_at(:key, :type, :value) }
      )
    end

    def test_success_is_the_default_of_everything
      nothing = { unique_id: 0, failed: false, exit_pipeline: false, message: "" }
      %w[Greet Skip Sleep Noise].each { |title| assert_equal nothing, program.execute(id(title)) }
      assert_includes program.stderr.wait_for("not today"), "INFO \"Skip\" is skipped: not today\n"
    end

    def test_failure_and_exit
      {
        "Fail" => [true, "it broke: ☃"],
        "Flaky" => [true, "not yet"],
        "Exit" => [false, "enough"],
        "Throw" => [true, "uncaught throw :thrown"],
        "Needs" => [true, 'argument "what" is required, and not given']
      }.each do |title, (failed, message)|
        answer = { unique_id: id(title), failed: failed, exit_pipeline: true, message: message }
        assert_equal answer, program.execute(id(title))
      end
    end

    def test_what_takes_another_gaia_says_so
      %w[Grow Call].each do |title|
        result = program.execute(id(title))
        assert result[:failed]
        assert_includes result[:message], "takes a Gaia that speaks gaia.program.v1"
      end
    end

    def test_log_lines_go_to_stderr_with_their_levels
      lone = own
      lone.execute(id("Levels"))
      lone.close
      lines = ["DEBUG a debug line", "INFO an info line", "WARN a warning", "ERROR an error", "INFO two", "INFO lines"]
      assert_equal lines, lone.stderr.all.lines(chomp: true)
    end

    def test_a_timeout_is_kept_also_when_the_job_ignores_it
      { "Slow" => "", "Stubborn" => ", and did not end by itself" }.each do |title, more|
        result = program.execute(id(title))
        assert_equal [true, "timed out after 0.3 s#{more}"], result.values_at(:failed, :message)
      end
    end

    def test_an_unknown_id_is_not_found
      assert_refused(GRPC::Core::StatusCodes::NOT_FOUND) { program.execute(1) }
    end

    def test_an_undeclared_argument_does_no_harm
      refute program.execute(id("Greet"), { "what" => "ever", "name" => "" })[:failed]
    end

    def test_a_call_that_is_broken_off_cancels_the_job
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
      operation = waiting.executing(id("Wait"))
      caller = Thread.new { assert_raises(GRPC::Cancelled) { operation.execute } }
      waiting.stderr.wait_for("INFO waiting")
      operation.cancel
      caller.join
      assert_includes waiting.stderr.wait_for("ended"), "ended: the call was broken off"
    end

    def test_a_job_that_ends_its_thread_or_the_process_fails
      ending = own(<<~RUBY)
        require "gaia/sdk"
        Gaia.pipeline do
          job("Thread") { Thread.current.kill }
          job("Exit") { exit 3 }
          job("Abort") { abort "no more" }
        end.serve
      RUBY
      messages = %w[Thread Exit Abort].map { |title| ending.execute(id(title))[:message] }
      assert_equal ["the job ended its own thread", "the job called exit(3)", "no more"], messages
    end
  end
end
