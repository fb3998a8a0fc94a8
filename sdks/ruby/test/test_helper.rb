# frozen_string_literal: true

require "minitest/autorun"
require "gaia/sdk"

ROOT = File.expand_path("..", __dir__)
# Long enough for a slow, busy machine.
PATIENCE_SECONDS = 60
