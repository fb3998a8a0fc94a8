# frozen_string_literal: true

module Gaia
  module SDK
    VERSION = "0.1.0"
    # How this SDK calls itself to Gaia.
    NAME = "gaia-ruby/#{VERSION}".freeze
  end
end
