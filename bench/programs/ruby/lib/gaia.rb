# frozen_string_literal: true

require "gaia/sdk"

# Three empty jobs, one behind the other.
PIPELINE = Gaia.pipeline do
  one = job("One") { |_ctx| nil }
  two = job("Two", depends_on: one) { |_ctx| nil }
  job("Three", depends_on: two) { |_ctx| nil }
end

class Main
  def self.main = PIPELINE.serve
end
