import unittest

from gaia.wire import messages
from gaia.wire.codec import Message, WireError, flag, nested, text, text_map, uint

INNER = Message(text(1, "name"))
ALL = Message(
    uint(1, "number"),
    flag(2, "yes"),
    text(3, "word"),
    nested(4, "inner", INNER),
    uint(5, "numbers", repeated=True),
    nested(6, "inners", INNER, repeated=True),
    text_map(7, "words"),
    text_map(8, "named", INNER),
    text(9, "lines", repeated=True),
)
NOTHING = ALL.decode(b"")


class Codec(unittest.TestCase):
    def test_every_kind_comes_back(self):
        values = {
            "number": 2**64 - 1,
            "yes": True,
            "word": "☃",
            "inner": {"name": "x"},
            "numbers": [0, 1, 300, 2**32 - 1],
            "inners": [{"name": ""}, {"name": "y"}],
            "words": {"": "", "k": "v"},
            "named": {"k": {"name": "z"}},
            "lines": ["", "a"],
        }
        self.assertEqual(ALL.decode(ALL.encode(values)), values)

    def test_defaults_are_left_out_and_read(self):
        self.assertEqual(ALL.encode({"number": 0, "yes": False, "word": "", "numbers": [], "words": {}}), b"")
        self.assertEqual((NOTHING["number"], NOTHING["inner"], NOTHING["words"]), (0, None, {}))

    def test_a_message_without_fields_is_not_nothing(self):
        self.assertEqual(ALL.encode({"inner": {}}), b"\x22\x00")
        self.assertEqual(ALL.decode(b"\x22\x00")["inner"], {"name": ""})

    def test_the_bytes_of_the_published_sdks(self):
        job = {
            "unique_id": 150,
            "title": "A",
            "dependson": [1, 300],
            "args": [{"key": "k", "value": "v", "type": "textfield"}],
        }
        encoded = (
            bytes.fromhex("08 96 01 12 01 41 22 03 01 ac 02 2a 11 12 09") + b"textfield\x1a\x01k\x22\x01v"
        )
        self.assertEqual(messages.JOB.encode(job), encoded)

    def test_numbers_that_are_not_packed_are_read(self):
        self.assertEqual(ALL.decode(bytes.fromhex("28 01 28 ac 02"))["numbers"], [1, 300])

    def test_unknown_fields_are_passed_over(self):
        self.assertEqual(
            ALL.decode(bytes.fromhex("a0 06 01 a1 06 0000000000000000 a5 06 00000000 a2 06 01 00")), NOTHING
        )

    def test_a_map_entry_may_lack_key_and_value(self):
        self.assertEqual(ALL.decode(b"\x3a\x00\x42\x00")["words"], {"": ""})
        self.assertEqual(ALL.decode(b"\x3a\x00\x42\x00")["named"], {"": {"name": ""}})

    def test_what_is_no_message_is_refused(self):
        for broken in (
            "08",
            "1a 05 41",
            "0b",
            "00 01",
            "08 ff ff ff ff ff ff ff ff ff ff 01",
            "0d 00",
            "1d 00000000",
        ):
            with self.subTest(broken), self.assertRaises(WireError):
                ALL.decode(bytes.fromhex(broken))
        with self.assertRaises(UnicodeDecodeError):
            ALL.decode(b"\x1a\x01\xff")

    def test_a_text_that_is_no_utf_8_costs_a_letter_and_not_the_message(self):
        self.assertEqual(ALL.decode(ALL.encode({"word": "a\udcffb"}))["word"], "a?b")

    def test_a_negative_number_is_refused(self):
        with self.assertRaises(WireError):
            ALL.encode({"number": -1})
