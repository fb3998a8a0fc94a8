# frozen_string_literal: true

require "gaia/sdk"

# Counts the lines of a folder's files, and warns when there are many.
PIPELINE = Gaia.pipeline do
  count = job(
    "Count",
    description: "Counts lines by the endings of the files' names",
    args: [text("folder", "Whose files are counted", default: ".")]
  ) do |ctx|
    lines = Hash.new(0)
    Dir.glob("**/*", base: ctx.args["folder"]).each do |name|
      ctx.check_cancelled
      path = File.join(ctx.args["folder"], name)
      lines[File.extname(name)] += File.binread(path).count("\n") if File.file?(path)
    end
    ctx.set_output "lines", lines
  end

  report = job "Report", description: "Logs what was counted", depends_on: count do |ctx|
    lines = ctx.output(count, "lines", {})
    lines.sort_by { |_, number| -number }.each do |ending, number|
      ctx.log.info format("%8d %s", number, ending.empty? ? "(no ending)" : ending)
    end
    ctx.set_output "total", lines.values.sum
  end

  is_large = lambda do |ctx|
    limit = ctx.args.number("limit")
    ctx.output(report, "total", 0) > limit or raise Gaia::Skip, "not more than #{limit} lines"
  end

  job(
    "Warn",
    description: "Warns of a large folder",
    depends_on: report,
    args: [number("limit", "So many lines are fine", default: 10_000)],
    condition: is_large
  ) do |ctx|
    ctx.log.warn "#{ctx.output(report, "total")} lines"
  end
end

# What Gaia starts.
class Main
  def self.main = PIPELINE.serve
end
