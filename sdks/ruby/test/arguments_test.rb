# frozen_string_literal: true

require_relative "test_helper"

class ArgumentsTest < Minitest::Test
  DECLARED = [
    Gaia.text("name", default: "world"),
    Gaia.number("times", default: 2),
    Gaia.boolean("loud"),
    Gaia.choice("tone", %w[calm wild], default: "calm"),
    Gaia.vault("TOKEN")
  ].freeze

  def args(given = {}, declared = []) = Gaia::Arguments.new(declared, given)

  def assert_refused(message, &block)
    assert_equal message, assert_raises(Gaia::ArgumentError, &block).message
  end

  def test_what_is_not_given_has_its_default
    given = args({ "loud" => "true" }, DECLARED)
    assert_equal ["world", 2, true, "calm", ""],
                 [given["name"], given.number("times"), given.boolean("loud"), given.choice("tone"), given["TOKEN"]]
  end

  def test_keys_may_be_symbols
    assert_equal "world", args({}, DECLARED)[:name]
    assert args({}, DECLARED).key?(:name)
    refute args.key?("name")
  end

  def test_they_are_items_in_the_order_in_which_they_were_sent
    given = args([%w[b 1], %w[a 2]], [Gaia.text("late", default: "z")])
    assert_equal [%w[b 1], %w[a 2], %w[late z]], given.map { |item| [item.key, item.value] }
  end

  def test_an_unknown_key_is_an_error_unless_there_is_a_default
    assert_refused('argument "x" is neither declared nor given') { args["x"] }
    assert_equal "y", args.fetch("x", "y")
  end

  def test_numbers
    { "2" => 2, "-3" => -3, "007" => 7, "2.5" => 2.5, "1e3" => 1000.0, " 7 " => 7, "+.5" => 0.5, "-.5" => -0.5,
      "1." => 1.0, "1.e2" => 100.0 }.each do |written, number|
      value = args("n" => written).number("n")
      assert_equal [number, number.class], [value, value.class]
    end
    ["x", "nan", "1_000", "0x10", "2,5", "--1", "1\n2", "²"].each do |written|
      assert_refused("argument \"n\" is \"#{written}\", which is no number") { args("n" => written).number("n") }
    end
  end

  def test_a_number_that_is_not_given
    given = args({}, [Gaia.number("n")])
    assert_refused('argument "n" is not given') { given.number("n") }
    assert_equal 5, given.number("n", 5)
  end

  def test_booleans
    { "true" => true, "TRUE" => true, "1" => true, "false" => false, "0" => false, "" => false }
      .each { |written, value| assert_equal value, args("b" => written).boolean("b") }
    assert_refused('argument "b" is "yes", which is no boolean: say true or false') { args("b" => "yes").boolean("b") }
  end

  def test_an_empty_number_boolean_or_choice_has_its_default
    given = args({ "times" => "", "tone" => "", "name" => "" }, DECLARED)
    assert_equal [2, "calm", ""], [given.number("times"), given.choice("tone"), given["name"]]
  end

  def test_a_choice_is_one_of_the_declared
    message = 'argument "tone" is "loud", which is none of calm, wild'
    assert_refused(message) { args({ "tone" => "loud" }, DECLARED).choice("tone") }
  end

  def test_what_is_printed_shows_no_secret
    refute_includes args({ "TOKEN" => "hush" }, DECLARED).inspect, "hush"
  end

  def test_values_as_they_are_sent
    texts = Gaia::SDK.argument_texts({ a: "x", b: 2, c: 2.5, d: true, e: nil, f: :on })
    assert_equal({ "a" => "x", "b" => "2", "c" => "2.5", "d" => "true", "e" => "", "f" => "on" }, texts)
    assert_refused("an argument is text, a number, a boolean or nil, but not a Array") do
      Gaia::SDK.argument_texts({ a: [] })
    end
  end
end
