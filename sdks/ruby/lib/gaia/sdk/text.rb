# frozen_string_literal: true

module Gaia
  module SDK
    # A text as UTF-8, whatever it was; bytes that are none become a question mark.
    def self.utf8(text)
      return text if text.encoding == Encoding::UTF_8 && text.valid_encoding?
      if text.encoding == Encoding::UTF_8 || text.encoding == Encoding::BINARY
        return text.dup.force_encoding(Encoding::UTF_8).scrub("?")
      end

      text.encode(Encoding::UTF_8, invalid: :replace, undef: :replace, replace: "?")
    end

    # The lines of a text, at least one.
    def self.lines_of(text)
      lines = utf8(text).lines(chomp: true)
      lines.empty? ? [""] : lines
    end
  end
end
