# frozen_string_literal: true

require "json"

module Gaia
  module SDK
    # Values as JSON, strictly: JSON.generate would make a text of anything.
    module JSONValue
      # The JSON of a value. Raises OutputError for what JSON cannot say.
      def self.generate(value) = JSON.generate(plain(value))

      def self.parse(json) = JSON.parse(json, create_additions: false)

      def self.plain(value)
        case value
        when nil, true, false, Integer then value
        when Float then value.finite? ? value : refuse(value.to_s)
        when String then utf8(value)
        when Symbol then utf8(value.name)
        when Array then value.map { |item| plain(item) }
        when Hash then value.to_h { |key, item| [plain_key(key), plain(item)] }
        else refuse("a #{value.class}")
        end
      end
      private_class_method :plain

      def self.plain_key(key)
        key.is_a?(Symbol) || key.is_a?(String) ? utf8(key.to_s) : refuse("a key that is a #{key.class}")
      end
      private_class_method :plain_key

      def self.utf8(text)
        encoded = text.encoding == Encoding::BINARY ? text.dup.force_encoding(Encoding::UTF_8) : text.encode("UTF-8")
        encoded.valid_encoding? ? encoded : refuse("bytes that are no text")
      rescue EncodingError
        refuse("bytes that are no text")
      end
      private_class_method :utf8

      def self.refuse(what) = raise(OutputError, what)
      private_class_method :refuse
    end
  end
end
