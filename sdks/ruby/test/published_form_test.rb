# frozen_string_literal: true

require_relative "test_helper"
require "gaia/sdk/published"

# A program for the published SDK, with only what it requires changed.
class PublishedFormTest < Minitest::Test
  def setup
    seen = @seen = []
    list = lambda do |args|
      args.each { |arg| seen << "#{arg.key}=#{arg.value}" }
      seen << args[0].key << args["name"]
    end
    name = Interface::Argument.new(desc: "Whom", type: Interface::TextFieldInput, key: "name", value: "x")
    password = Interface::Argument.new(type: Interface::VaultInput, key: "PASSWORD")
    @pipeline = RubySDK.pipeline(
      [
        Interface::Job.new(title: "List", desc: "Lists them", handler: list, args: [name, password]),
        Interface::Job.new(title: "Exit", handler: ->(_) { raise Interface::ErrorExitPipeline, "enough" },
                           dependson: ["LIST"], interaction: Interface::ManualInteraction.new(desc: "sure?"))
      ]
    )
  end

  def test_it_runs
    report = Gaia::Testing.run_pipeline(@pipeline, args: { PASSWORD: "hush" })
    assert_equal(%i[succeeded exit_pipeline], report.jobs.values.map(&:outcome))
    assert_equal ["PASSWORD=hush", "name=x", "PASSWORD", "x"], @seen
  end

  def test_what_is_declared
    list, exit = @pipeline.graph.to_a
    declared = list.job.args.map { |argument| [argument.key, argument.type, argument.default, argument.description] }
    assert_equal [["name", :text, "x", "Whom"], ["PASSWORD", :vault, "", ""]], declared
    assert_equal ["Lists them", ["List"]], [list.job.description, exit.depends_on.map(&:title)]
  end
end
