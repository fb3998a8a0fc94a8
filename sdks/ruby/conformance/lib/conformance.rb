# frozen_string_literal: true

require "gaia/sdk"

# Counts from 1.
class Counter
  def initialize
    @mutex = Mutex.new
    @count = 0
  end

  def next = @mutex.synchronize { @count += 1 }
end

READS = Counter.new

# The conformance program (sdks/conformance) in Ruby.
PIPELINE = Gaia.pipeline do
  greet = job(
    "Greet",
    description: "Says hello",
    args: [
      text("name", "Who is greeted", default: "world"),
      textarea("note"),
      boolean("loud", default: false),
      number("times", default: 2),
      choice("tone", %w[calm wild], default: "calm"),
      vault("TOKEN")
    ]
  ) do |ctx|
    greeting = "hello #{ctx.args["name"]}"
    ctx.log.info greeting
    ctx.set_output "greeting", greeting
    ctx.set_output "note", ctx.args["note"]
    ctx.set_output "times", ctx.args.number("times")
    ctx.set_output "loud", ctx.args.boolean("loud")
    ctx.set_output "tone", ctx.args.choice("tone")
    ctx.set_output "token_length", ctx.args["TOKEN"].length
  end

  job "Read", depends_on: greet do |ctx|
    ctx.set_output "echo", ctx.output(greet, "greeting")
    ctx.set_output "count", READS.next
  end

  job "Levels" do |ctx|
    ctx.log.debug "a debug line"
    ctx.log.info "an info line"
    ctx.log.warn "a warning"
    ctx.log.error "an error"
    ctx.log.info "two\nlines"
  end

  job "Needs", args: [text("what", required: true)] do |ctx|
    ctx.set_output "what", ctx.args["what"]
  end

  job("Fail") { raise "it broke: ☃" }

  job "Flaky", attempts: 2 do |ctx|
    raise "not yet" if ctx.attempt == 1
  end

  job("Exit") { raise Gaia::ExitPipeline, "enough" }

  job("Throw") { throw :thrown }

  job "Skip", condition: -> { raise Gaia::Skip, "not today" } do |ctx|
    ctx.log.error "its condition does not hold"
  end

  job "Grow", args: [number("parts", default: 2)] do |ctx|
    parts = ctx.args.number("parts")
    added = (1..parts).map { |index| ctx.add("Part", "Part #{index}", args: { index: index }) }
    ctx.add "Sum", "Join", depends_on: added
    ctx.set_output "parts", parts
  end

  job "Part", args: [number("index"), vault("TOKEN")], on_demand: true do |ctx|
    ctx.set_output "index", ctx.args.number("index")
    ctx.set_output "title", ctx.title
    ctx.set_output "token_length", ctx.args["TOKEN"].length
  end

  job "Sum", on_demand: true do |ctx|
    ctx.set_output "sum", ctx.dependencies.values.sum { |outputs| outputs["index"] }
  end

  job "Wait" do |ctx|
    ctx.log.info "waiting"
    loop { ctx.sleep 3600 }
  end

  job "Stubborn", timeout: 0.3 do |ctx|
    ctx.log.info "waiting"
    loop { sleep 3600 }
  end

  job("Crash") { exit! 7 }

  job "Sleep", args: [number("ms", default: 200)] do |ctx|
    ctx.sleep ctx.args.number("ms") / 1000.0
  end

  job "Noise" do
    $stdout.write "\x00\xFF\xFE\n".b, "on stdout\n"
    $stdout.flush
    $stderr.write "\x00\xFF\xFE\non stderr\n".b
  end

  job "Child" do |ctx|
    command = ["sh", "-c", 'printf "$GAIA_PLUGIN_CERT$GAIA_PLUGIN_KEY$GAIA_PLUGIN_CA_CERT"']
    ctx.set_output "certificates", IO.popen(command, &:read)
  end

  job "Call", args: [text("pipeline", default: "other")] do |ctx|
    run = ctx.start(ctx.args["pipeline"], x: "1").wait
    ctx.set_output "run", run.id
    ctx.set_output "status", run.status
    ctx.set_output "answer", run.outputs["answer"]
  end

  job "Größe ☃", args: [text("wert", default: "ü")] do |ctx|
    ctx.set_output "wert", ctx.args["wert"]
    ctx.set_output "title", ctx.title
  end

  job "Slow", timeout: 0.3 do |ctx|
    loop { ctx.sleep 3600 }
  end
end

# What Gaia starts.
class Main
  def self.main
    if ENV.key?("CONFORMANCE_NOISE")
      puts "too early"
      $stdout.flush
    end
    PIPELINE.serve
  end
end
