# frozen_string_literal: true

require "minitest/autorun"
require "tmpdir"
require_relative "../lib/gaia"

class PipelineTest < Minitest::Test
  def test_the_pipeline
    Dir.mktmpdir do |folder|
      File.write("#{folder}/a.txt", "one\ntwo\n")
      File.write("#{folder}/b.md", "three\n")
      report = Gaia::Testing.run_pipeline(PIPELINE, args: { folder: folder, limit: 2 })
      assert_equal :succeeded, report.outcome
      assert_equal({ "lines" => { ".txt" => 2, ".md" => 1 } }, report.jobs["Count"].outputs)
      assert_equal({ "total" => 3 }, report.jobs["Report"].outputs)
      assert_equal "3 lines", report.jobs["Warn"].text
    end
  end

  def test_no_warning_of_a_small_folder
    report = Gaia::Testing.run_job(PIPELINE, "Warn", outputs: { "Report" => { total: 10_000 } })
    assert_equal [:skipped, "not more than 10000 lines"], [report.outcome, report.message]
  end
end
