# frozen_string_literal: true

require "open3"
require_relative "test_helper"

# The command line of a program, as its author types it.
class CommandTest < Minitest::Test
  RUBY = ["ruby", "-w", "-I#{ROOT}/lib", "-I#{ROOT}/conformance/lib"].freeze

  def ended(*words, code: nil, **environment)
    command = code ? [*RUBY, "-e", code] : [*RUBY, "-r", "conformance", "-e", "Main.main"]
    environment = environment.transform_keys(&:to_s)
    stdout, stderr, status = Open3.capture3(environment, *command, *words, stdin_data: "")
    [status.exitstatus, stdout.force_encoding("UTF-8"), stderr.force_encoding("UTF-8")]
  end

  def test_a_job_and_what_it_depends_on
    status, stdout, stderr = ended("run", "--job", "rEAD", "--arg", "name=you", TOKEN: "hush")
    assert_equal [0, ""], [status, stderr]
    assert_equal <<~TEXT, stdout.lines.reject { |line| line.include?(" after ") }.join
      Greet: started
      Greet: INFO hello you
      Greet: output greeting = "hello you"
      Greet: output note = ""
      Greet: output times = 2
      Greet: output loud = false
      Greet: output tone = "calm"
      Greet: output token_length = 4
      Read: started
      Read: output echo = "hello you"
      Read: output count = 1
      run: succeeded
    TEXT
    assert_match(/^Greet: succeeded after \d+\.\d\d s$/, stdout)
  end

  def test_a_secret_of_the_command_line_comes_before_the_environments
    stdout = ended("run", "--job", "Greet", "--arg", "TOKEN=äö", TOKEN: "hush")[1]
    assert_includes stdout, "output token_length = 2\n"
  end

  def test_failures
    status, stdout, = ended("run", *%w[Fail Slow Throw Needs].flat_map { |title| ["--job", title] })
    assert_equal 1, status
    assert_match(/^Fail: failed after .* s: it broke: ☃$/, stdout)
    assert_match(/^Slow: failed after .* s: timed out after 0.3 s$/, stdout)
    assert_includes stdout, "Fail: ERROR it broke: ☃ (RuntimeError)\n"
    assert_includes stdout, "\nrun: failed: Needs, Fail, Throw, Slow\n"
  end

  def test_what_is_no_failure
    titles = ["Exit", "Skip", "Flaky", "Grow", "Noise", "Größe ☃", "Levels"]
    status, stdout, = ended("run", *titles.flat_map { |title| ["--job", title] })
    assert_equal 0, status
    lines = stdout.b.lines(chomp: true)
    [/\AExit: ended the pipeline after .* s: enough\z/n, /\ASkip: skipped after .* s: not today\z/n,
     /\AFlaky: attempt 1 failed: not yet\z/n, /\ALevels: INFO lines\z/n]
      .each { |pattern| assert(lines.grep(pattern).any?, pattern.inspect) }
  end

  def test_another_pipeline_needs_gaia
    status, stdout, = ended("run", "--job", "Call")
    assert_equal 1, status
    assert_includes stdout, 'starting the pipeline "other" needs Gaia'
  end

  def test_an_on_demand_job_alone
    status, stdout, = ended("run", "--job", "Part", "--arg", "index=7")
    assert_equal 0, status
    assert_includes stdout, "Part: output index = 7\n"
  end

  def test_a_machine_without_a_locale
    status, stdout, = ended("run", "--job", "Größe ☃", "--arg", "wert=ö", LC_ALL: "C", LANG: "C")
    assert_equal 0, status
    assert_includes stdout, "Größe ☃: output wert = \"ö\"\n"
  end

  def test_ctrl_c_asks_the_jobs_to_end
    Open3.popen2(*RUBY, "-r", "conformance", "-e", "Main.main", "run", "--job", "Wait") do |_, stdout, thread|
      until stdout.gets == "Wait: INFO waiting\n"; end
      Process.kill("INT", thread.pid)
      assert_match(/\AWait: cancelled after .* s: interrupted\nrun: interrupted\n\z/, stdout.read)
      assert_equal 130, thread.value.exitstatus
    end
  end

  def test_wrong_usage_is_status_2
    {
      [] => "say run or list",
      ["walk"] => "there is no command walk",
      %w[run fast] => "fast is one word too many",
      %w[run --fast] => "invalid option: --fast",
      %w[run --job Gret] => 'there is no job "Gret" (did you mean "Greet"?)',
      %w[run --arg name] => '--arg "name" is not KEY=VALUE',
      %w[run --job Read --arg nme=x] => 'has an argument "nme"; there are: TOKEN, loud, name'
    }.each do |words, message|
      status, stdout, stderr = ended(*words)
      assert_equal [2, ""], [status, stdout]
      assert_includes stderr, message
    end
  end

  def test_help_is_status_0
    [["help"], %w[-- --help], %w[run --help], %w[list --help]].each do |words|
      status, stdout, = ended(*words)
      assert_equal 0, status
      assert_includes stdout, "run [--arg KEY=VALUE]"
    end
  end

  def test_a_wrong_pipeline_is_status_2_and_says_all_that_is_wrong
    code = 'require "gaia/sdk"; Gaia.pipeline { job("A", depends_on: "B") {}; job("a") {} }.serve'
    status, _, stderr = ended("list", code: code)
    assert_equal [2, 2], [status, stderr.lines.size]
  end

  def test_list
    status, stdout, = ended("list")
    assert_equal 0, status
    ["Greet: Says hello\n  --arg name=text, default \"world\", Who is greeted\n  --arg note=textarea\n",
     "  --arg tone=calm|wild, default \"calm\"\n  --arg TOKEN=vault\nRead\n  after Greet\n",
     "Needs\n  --arg what=text, required\n", "Part (on demand)\n"].each { |lines| assert_includes stdout, lines }
  end
end
