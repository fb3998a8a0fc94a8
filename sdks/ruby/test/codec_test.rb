# frozen_string_literal: true

require_relative "test_helper"
require "gaia/sdk/wire/messages"

class CodecTest < Minitest::Test
  Wire = Gaia::SDK::Wire
  INNER = Wire::Message.new([1, :name, :text])
  ALL = Wire::Message.new(
    [1, :number, :uint],
    [2, :yes, :bool],
    [3, :word, :text],
    [4, :inner, INNER],
    [5, :numbers, :uint, :repeated],
    [6, :inners, INNER, :repeated],
    [7, :words, :text, :map],
    [8, :named, INNER, :map],
    [9, :lines, :text, :repeated]
  )
  NOTHING = ALL.decode("")

  def bytes(hex) = [hex.delete(" ")].pack("H*")

  def test_every_kind_comes_back
    values = {
      number: (2**64) - 1,
      yes: true,
      word: "☃",
      inner: { name: "x" },
      numbers: [0, 1, 300, (2**32) - 1],
      inners: [{ name: "" }, { name: "y" }],
      words: { "" => "", "k" => "v" },
      named: { "k" => { name: "z" } },
      lines: ["", "a"]
    }
    assert_equal values, ALL.decode(ALL.encode(values))
  end

  def test_defaults_are_left_out_and_read
    assert_equal "", ALL.encode({ number: 0, yes: false, word: "", numbers: [], words: {} })
    assert_equal [0, nil, {}], NOTHING.values_at(:number, :inner, :words)
  end

  def test_a_message_without_fields_is_not_nothing
    assert_equal bytes("22 00"), ALL.encode({ inner: {} })
    assert_equal({ name: "" }, ALL.decode(bytes("22 00"))[:inner])
  end

  def test_the_bytes_of_the_published_sdks
    args = [{ key: "k", value: "v", type: "textfield" }]
    encoded = bytes("08 96 01 12 01 41 22 03 01 ac 02 2a 11 12 09") + "textfield\x1a\x01k\x22\x01v".b
    assert_equal encoded, Wire::JOB.encode({ unique_id: 150, title: "A", dependson: [1, 300], args: args })
  end

  def test_numbers_that_are_not_packed_are_read
    assert_equal [1, 300], ALL.decode(bytes("28 01 28 ac 02"))[:numbers]
  end

  def test_unknown_fields_are_passed_over
    assert_equal NOTHING, ALL.decode(bytes("a0 06 01 a1 06 0000000000000000 a5 06 00000000 a2 06 01 00"))
  end

  def test_a_map_entry_may_lack_key_and_value
    assert_equal({ "" => "" }, ALL.decode(bytes("3a 00"))[:words])
    assert_equal({ "" => { name: "" } }, ALL.decode(bytes("42 00"))[:named])
  end

  def test_what_is_no_message_is_refused
    ["08", "1a 05 41", "0b", "00 01", "08 ff ff ff ff ff ff ff ff ff ff 01", "0d 00", "1d 00000000", "1a 01 ff"]
      .each { |broken| assert_raises(Wire::Malformed, broken) { ALL.decode(bytes(broken)) } }
  end

  def test_a_text_that_is_no_utf8_costs_a_letter_and_not_the_message
    ["a\xFFb".b, "a\xFFb"].each { |word| assert_equal "a?b", ALL.decode(ALL.encode({ word: word }))[:word] }
    assert_equal "ü", ALL.decode(ALL.encode({ word: "ü".encode("ISO-8859-1") }))[:word]
  end

  def test_a_negative_number_is_refused
    assert_raises(Wire::Malformed) { ALL.encode({ number: -1 }) }
  end
end
