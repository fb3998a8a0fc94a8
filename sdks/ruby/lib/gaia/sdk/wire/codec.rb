# frozen_string_literal: true

require_relative "../text"

module Gaia
  module SDK
    # The protocol: a table of the messages' fields, and a small codec for protocol buffers (proto3).
    #
    # A description of encoding: https://protobuf.dev/programming-guides/encoding/
    module Wire
      # Bytes that are no message.
      class Malformed < StandardError; end

      # One field. `kind` is :uint, :bool or :text, or the Message that it holds.
      Field = Struct.new(:number, :name, :kind, :form) do
        def default
          case form
          when :repeated then []
          when :map then {}
          else { uint: 0, bool: false, text: "" }[kind]
          end
        end

        def packed? = form == :repeated && kind == :uint
      end

      # A message by its fields. Messages are hashes by the names of the fields.
      class Message
        VARINT = 0
        FIXED64 = 1
        BYTES = 2
        FIXED32 = 5
        private_constant :VARINT, :FIXED64, :BYTES, :FIXED32

        # Each field is a number, a name, a kind and, unless there is one value, :repeated or :map.
        def initialize(*fields)
          @fields = fields.map { |number, name, kind, form| Field.new(number, name, kind, form) }
          @by_number = @fields.to_h { |field| [field.number, field] }
        end

        # The bytes of a message; what is missing, or has its default, is left out.
        def encode(values)
          @fields.each_with_object(String.new(encoding: Encoding::BINARY)) do |field, encoded|
            value = values[field.name]
            append(encoded, field, value) unless value.nil?
          end
        end

        # The message that bytes are. Every field is there; a message that was not sent is nil.
        def decode(data)
          values = @fields.to_h { |field| [field.name, field.default] }
          reader = Reader.new(data)
          until reader.done?
            key = reader.varint
            raise Malformed, "a field has the number 0" if (key >> 3).zero?

            value = read(reader, key & 7)
            field = @by_number[key >> 3]
            take(values, field, key & 7, value) if field
          end
          values
        end

        private

        def append(encoded, field, value)
          if field.form == :map
            entry = MapEntry.new(field.kind)
            value.each { |key, item| append_bytes(encoded, field, entry.encode({ key: key, value: item })) }
          elsif field.packed?
            packed = String.new(encoding: Encoding::BINARY)
            value.each { |item| append_varint(packed, item) }
            append_bytes(encoded, field, packed) unless packed.empty?
          elsif field.form == :repeated
            value.each { |item| append_value(encoded, field, item) }
          elsif value != field.default
            append_value(encoded, field, value)
          end
        end

        def append_value(encoded, field, value)
          case field.kind
          when :text then append_bytes(encoded, field, SDK.utf8(value).b)
          when :uint, :bool
            append_varint(encoded, (field.number << 3) | VARINT)
            append_varint(encoded, field.kind == :bool ? 1 : value)
          else append_bytes(encoded, field, field.kind.encode(value))
          end
        end

        def append_bytes(encoded, field, data)
          append_varint(encoded, (field.number << 3) | BYTES)
          append_varint(encoded, data.bytesize)
          encoded << data
        end

        def append_varint(encoded, value)
          raise Malformed, "#{value} is no unsigned number of 64 bits" unless value.between?(0, 0xFFFF_FFFF_FFFF_FFFF)

          while value > 0x7F
            encoded << ((value & 0x7F) | 0x80)
            value >>= 7
          end
          encoded << value
        end

        def read(reader, wire)
          case wire
          when VARINT then reader.varint
          when BYTES then reader.take(reader.varint)
          when FIXED64 then reader.take(8)
          when FIXED32 then reader.take(4)
          else raise Malformed, "a field is of the unknown kind #{wire}"
          end
        end

        def take(values, field, wire, value)
          if field.packed? && wire == BYTES
            reader = Reader.new(value)
            values[field.name] << reader.varint until reader.done?
          elsif field.form == :map
            entry = MapEntry.new(field.kind).decode(value_of(:bytes, field, wire, value))
            values[field.name][entry[:key]] = entry[:value]
          elsif field.form == :repeated
            values[field.name] << value_of(field.kind, field, wire, value)
          else
            values[field.name] = value_of(field.kind, field, wire, value)
          end
        end

        def value_of(kind, field, wire, value)
          expected = %i[uint bool].include?(kind) ? VARINT : BYTES
          raise Malformed, "field #{field.name} is of the kind #{wire} instead of #{expected}" if wire != expected

          case kind
          when :uint, :bytes then value
          when :bool then value != 0
          when :text
            text = value.force_encoding(Encoding::UTF_8)
            text.valid_encoding? ? text : raise(Malformed, "field #{field.name} is no UTF-8")
          else kind.decode(value)
          end
        end
      end

      # An entry of a map from strings. Without its value it has the value's default, of a message an empty one.
      class MapEntry < Message
        def initialize(kind)
          super([1, :key, :text], [2, :value, kind])
          @kind = kind
        end

        def decode(data)
          super.tap { |entry| entry[:value] = @kind.decode("") if entry[:value].nil? }
        end
      end

      # Reads bytes from the front.
      class Reader
        def initialize(data)
          @data = data
          @position = 0
        end

        def done? = @position >= @data.bytesize

        def varint
          value = 0
          (0..63).step(7) do |shift|
            byte = @data.getbyte(@position) or raise Malformed, "the message ends in the middle of a number"
            @position += 1
            value |= (byte & 0x7F) << shift
            return value & 0xFFFF_FFFF_FFFF_FFFF if byte < 0x80
          end
          raise Malformed, "a number is longer than ten bytes"
        end

        def take(length)
          raise Malformed, "the message ends in the middle of a field" if @position + length > @data.bytesize

          @position += length
          @data.byteslice(@position - length, length)
        end
      end
    end
  end
end
