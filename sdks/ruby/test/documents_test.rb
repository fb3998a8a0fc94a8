# frozen_string_literal: true

require "open3"
require "tmpdir"
require_relative "test_helper"

# What the README shows runs, and so does the template.
class DocumentsTest < Minitest::Test
  FENCES = File.read("#{ROOT}/README.md", encoding: "UTF-8").scan(/^```ruby\n(.*?)^```/m).flatten

  def run_ruby(*words, chdir: ROOT)
    Open3.capture2e({ "RUBYLIB" => "#{ROOT}/lib" }, "ruby", "-w", *words, chdir: chdir, stdin_data: "")
  end

  def test_the_readme
    # One after the other, as someone reads them; a value behind an arrow is compared.
    program = FENCES.join.gsub(/^(?<code>\S.*?) # => (?<value>.*)$/, '(\k<code>) == (\k<value>) or raise')
    assert_equal 8, program.scan(") == (").size
    output, status = run_ruby("-e", program)
    assert status.success?, output
    output, status = run_ruby("-e", "#{program}\nMain.main", "run")
    assert_includes output, "Create user: succeeded"
    assert status.success?, output
  end

  def test_the_template
    [["test/pipeline_test.rb"], %w[-r ./lib/gaia -e Main.main run --arg folder=.]].each do |words|
      output, status = run_ruby(*words, chdir: "#{ROOT}/template")
      assert status.success?, output
    end
  end

  # As the original Gaia does it: a name in the gemspec and for the file.
  def test_the_template_is_a_gem_that_brings_the_sdk_along
    Dir.mktmpdir do |folder|
      FileUtils.cp_r("#{ROOT}/template/.", folder)
      FileUtils.mkdir("#{folder}/gaia-sdk")
      FileUtils.cp_r("#{ROOT}/lib", "#{folder}/gaia-sdk")
      gemspec = "#{folder}/pipeline.gemspec"
      File.write(gemspec, File.read(gemspec).sub("${NAME}", "pipeline-7"))
      File.rename("#{folder}/lib/gaia.rb", "#{folder}/lib/pipeline-7.rb")
      gems = "#{folder}/gems"
      [%w[gem build pipeline.gemspec], ["gem", "install", "-f", "--local", "-i", gems, "pipeline-7-0.1.0.gem"],
       [{ "GEM_HOME" => gems }, "ruby", "-r", "pipeline-7", "-e", "Main.main", "run"]].each do |command|
        output, status = Open3.capture2e(*command, chdir: folder)
        assert status.success?, output
      end
    end
  end
end
