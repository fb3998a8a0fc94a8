import unittest

import gaia
from gaia.arguments import Arguments, Item, text_of


class Values(unittest.TestCase):
    declared = (
        gaia.text("name", default="world"),
        gaia.number("times", default=2),
        gaia.boolean("loud"),
        gaia.choice("tone", ["calm", "wild"], default="calm"),
        gaia.vault("TOKEN"),
    )

    def test_what_is_not_given_has_its_default(self):
        args = Arguments(self.declared, [("loud", "true")])
        self.assertEqual(args["name"], "world")
        self.assertEqual(args.number("times"), 2)
        self.assertIs(args.boolean("loud"), True)
        self.assertEqual(args.choice("tone"), "calm")
        self.assertEqual(args["TOKEN"], "")

    def test_they_are_a_list_of_items_in_the_order_in_which_they_were_sent(self):
        args = Arguments((gaia.text("late", default="z"),), [("b", "1"), ("a", "2")])
        self.assertEqual(list(args), [Item("b", "1"), Item("a", "2"), Item("late", "z")])
        self.assertEqual((args[0].key, args[-1].value, len(args)), ("b", "z", 3))
        self.assertIn("a", args)
        self.assertNotIn("c", args)

    def test_an_unknown_key_is_an_error_unless_there_is_a_default(self):
        with self.assertRaisesRegex(gaia.ArgumentError, '^argument "x" is neither declared nor given$'):
            Arguments()["x"]
        self.assertEqual(Arguments().get("x", "y"), "y")

    def test_numbers(self):
        cases = (("2", 2), ("-3", -3), ("2.5", 2.5), ("1e3", 1000.0), (" 7 ", 7), ("+.5", 0.5))
        for written, number in cases:
            value = Arguments((), [("n", written)]).number("n")
            self.assertEqual((value, type(value)), (number, type(number)))
        for written in ("x", "nan", "inf", "1_000", "0x10", "2,5", "--1", "²"):
            with self.assertRaisesRegex(
                gaia.ArgumentError, f'^argument "n" is "{written}", which is no number$'
            ):
                Arguments((), [("n", written)]).number("n")

    def test_a_number_that_is_not_given(self):
        args = Arguments((gaia.number("n"),))
        with self.assertRaisesRegex(gaia.ArgumentError, '^argument "n" is not given$'):
            args.number("n")
        self.assertEqual(args.number("n", 5), 5)

    def test_booleans(self):
        for written, value in (
            ("true", True),
            ("TRUE", True),
            ("1", True),
            ("false", False),
            ("0", False),
            ("", False),
        ):
            self.assertIs(Arguments((), [("b", written)]).boolean("b"), value)
        with self.assertRaisesRegex(gaia.ArgumentError, '"yes", which is no boolean'):
            Arguments((), [("b", "yes")]).boolean("b")

    def test_an_empty_number_boolean_or_choice_has_its_default(self):
        args = Arguments(self.declared, [("times", ""), ("tone", ""), ("name", "")])
        self.assertEqual((args.number("times"), args.choice("tone"), args["name"]), (2, "calm", ""))

    def test_a_choice_is_one_of_the_declared(self):
        with self.assertRaisesRegex(
            gaia.ArgumentError, '^argument "tone" is "loud", which is none of calm, wild$'
        ):
            Arguments(self.declared, [("tone", "loud")]).choice("tone")

    def test_what_is_printed_shows_no_secret(self):
        self.assertNotIn("hush", repr(Arguments(self.declared, [("TOKEN", "hush")])))

    def test_values_as_they_are_sent(self):
        texts = [text_of(value) for value in ("a", 2, 2.5, True, False, None)]
        self.assertEqual(texts, ["a", "2", "2.5", "true", "false", ""])
        with self.assertRaises(gaia.ArgumentError):
            text_of([1])
