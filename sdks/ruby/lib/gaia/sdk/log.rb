# frozen_string_literal: true

module Gaia
  # The log of one job, at four levels. As with Ruby's Logger the text may come from a block.
  class Log
    # As the protocol numbers them.
    LEVELS = %i[debug info warn error].freeze

    # The block is called with a level and a text.
    def initialize(&write)
      @write = write
    end

    def debug(text = nil) = @write.call(:debug, (block_given? ? yield : text).to_s)

    def info(text = nil) = @write.call(:info, (block_given? ? yield : text).to_s)

    def warn(text = nil) = @write.call(:warn, (block_given? ? yield : text).to_s)

    def error(text = nil) = @write.call(:error, (block_given? ? yield : text).to_s)
  end
end
