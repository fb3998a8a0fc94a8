# frozen_string_literal: true

module Gaia
  # A declared argument. Made by the methods of ArgumentTypes.
  Argument = Struct.new(:key, :type, :description, :default, :required, :choices, keyword_init: true) do
    def initialize(key:, type:, description: "", default: "", required: false, choices: [])
      super(
        key: key.to_s, type: type, description: description, default: SDK.argument_text(default),
        required: required, choices: choices.map(&:to_s).freeze
      )
      freeze
    end
  end

  # One argument as it was sent.
  Item = Struct.new(:key, :value)

  # How arguments are declared: in the block of Gaia.pipeline, or as `Gaia.text(…)`.
  module ArgumentTypes
    # A line of text.
    def text(key, description = "", default: "", required: false)
      Argument.new(key: key, type: :text, description: description, default: default, required: required)
    end

    # Text of several lines.
    def textarea(key, description = "", default: "", required: false)
      Argument.new(key: key, type: :textarea, description: description, default: default, required: required)
    end

    # True or false; without a default, false.
    def boolean(key, description = "", default: nil, required: false)
      Argument.new(key: key, type: :boolean, description: description, default: default, required: required)
    end

    # A whole or decimal number.
    def number(key, description = "", default: nil, required: false)
      Argument.new(key: key, type: :number, description: description, default: default, required: required)
    end

    # One of several texts.
    def choice(key, choices, description = "", default: "", required: false)
      Argument.new(
        key: key, type: :choice, description: description, default: default, required: required, choices: choices
      )
    end

    # A secret of Gaia's vault; the key is its name.
    def vault(key, description = "", required: false)
      Argument.new(key: key, type: :vault, description: description, required: required)
    end
  end
  extend ArgumentTypes

  # The arguments of a job: by key (`args["name"]`), by a getter that converts, or item by item.
  class Arguments
    include Enumerable

    # What is declared and not given has its default, or is the empty text.
    def initialize(declared = [], given = [])
      @declared = declared.to_h { |argument| [argument.key, argument] }
      @values = given.to_h.dup
      @declared.each { |key, argument| @values[key] = argument.default unless @values.key?(key) }
    end

    # The text of an argument by its key, or an item by its position. A key that is neither declared nor given is an
    # error.
    def [](key)
      return to_a[key] if key.is_a?(Integer)

      @values.fetch(key.to_s) { raise ArgumentError, "argument \"#{key}\" is neither declared nor given" }
    end
    alias text []

    # The text of an argument, or `default` when it is neither declared nor given.
    def fetch(key, default = nil) = @values.fetch(key.to_s, default)

    def key?(key) = @values.key?(key.to_s)

    def each
      return enum_for(:each) { @values.size } unless block_given?

      @values.each { |key, value| yield Item.new(key, value) }
    end

    def to_h = @values.dup

    # An Integer where the number is written as one, else a Float.
    def number(key, default = nil)
      written = written(key)
      if written.empty?
        raise ArgumentError, "argument \"#{key}\" is not given" if default.nil?

        return default
      end
      SDK.number_of(written) or raise ArgumentError, "argument \"#{key}\" is \"#{written}\", which is no number"
    end

    # A boolean.
    def boolean(key, default = false)
      written = written(key)
      return default if written.empty?

      value = SDK.boolean_of(written)
      return value unless value.nil?

      raise ArgumentError, "argument \"#{key}\" is \"#{written}\", which is no boolean: say true or false"
    end

    # One of the declared choices.
    def choice(key)
      written = written(key)
      raise ArgumentError, "argument \"#{key}\" is not given" if written.empty?

      choices = @declared[key.to_s]&.choices || []
      return written if choices.empty? || choices.include?(written)

      raise ArgumentError, "argument \"#{key}\" is \"#{written}\", which is none of #{choices.join(", ")}"
    end

    # Refuses a required argument that is empty.
    def check_required
      missing = @declared.each_value.find { |argument| argument.required && @values[argument.key].empty? }
      raise ArgumentError, "argument \"#{missing.key}\" is required, and not given" if missing
    end

    # Only keys: a value may be a secret.
    def inspect = "#<Gaia::Arguments #{@values.keys.join(", ")}>"

    private

    # The text, or the default when it is empty: no number, boolean or choice is an empty text.
    def written(key)
      written = self[key].strip
      written.empty? ? @declared[key.to_s]&.default.to_s : written
    end
  end

  module SDK
    # As in JSON, and with a plus sign: Integer() would take `1_000` and `0x10` as well.
    NUMBER = /\A[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\z/
    BOOLEANS = { "true" => true, "1" => true, "false" => false, "0" => false }.freeze
    private_constant :NUMBER, :BOOLEANS

    # The text in which a value is sent as an argument. Refuses what has no such text.
    def self.argument_text(value)
      case value
      when String then value
      when Symbol, Numeric, true, false, nil then value.to_s
      else raise ArgumentError, "an argument is text, a number, a boolean or nil, but not a #{value.class}"
      end
    end

    # Values of several arguments as they are sent.
    def self.argument_texts(values) = values.to_h { |key, value| [key.to_s, argument_text(value)] }

    # The number that a text says, or nil when it says none.
    def self.number_of(text)
      return unless text.match?(NUMBER)

      text.match?(/\A[+-]?\d+\z/) ? Integer(text, 10) : Float(text.sub(/\A([+-]?)\./, '\10.').sub(/\.(?=e|E|\z)/, ""))
    end

    # What a text says, or nil.
    def self.boolean_of(text) = BOOLEANS[text.downcase]
  end
end
