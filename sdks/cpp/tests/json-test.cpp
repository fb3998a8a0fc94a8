#include "gaia/json.h"

#include <cmath>

#include "check.h"
#include "gaia/errors.h"

using gaia::Json;

namespace {

std::string round_trip(const std::string& text) { return Json::parse(text).dump(); }
std::string refusal_of(const std::string& text) {
  return check::thrown_by([&] { Json::parse(text); });
}

}  // namespace

TEST("JSON: what is read is written again") {
  for (const std::string text : {"null", "true", "false", "0", "-7", "9223372036854775807", "-9223372036854775808",
                                 "0.5", "1e+30", "\"ü ☃ 😀\"", "[]", "{}", "[1,[2,{\"a\":null}],\"x\"]", "-0"}) {
    EXPECT_EQUAL(round_trip(text), text);
  }
  EXPECT_EQUAL(round_trip(" { \"b\" : 1 ,\n\"a\":[ 1.50, 2e2 ] } "), "{\"a\":[1.5,200],\"b\":1}");
  EXPECT_EQUAL(round_trip("\"\\u00fc \\ud83d\\ude00 \\\" \\\\ \\/ \\n \\u0001\""), "\"ü 😀 \\\" \\\\ / \\n \\u0001\"");
  EXPECT_EQUAL(round_trip("18446744073709551616"), "18446744073709551616");
}

TEST("JSON: what is not JSON is refused, with its place") {
  EXPECT_EQUAL(refusal_of(""), "this is no JSON: a value is expected at byte 0");
  EXPECT_EQUAL(refusal_of("[1,]"), "this is no JSON: a value is expected at byte 3");
  EXPECT_EQUAL(refusal_of("{\"a\" 1}"), "this is no JSON: a colon is expected at byte 5");
  EXPECT_EQUAL(refusal_of("{a:1}"), "this is no JSON: a name in quotes is expected at byte 1");
  EXPECT_EQUAL(refusal_of("1 2"), "this is no JSON: nothing more is expected at byte 2");
  for (const std::string text : {"01", "1.", ".5", "1e", "+1", "tru", "nan", "\"", "\"\\x\"", "\"\\u12\"", "\"\n\"",
                                 "[", "{\"a\":1", "1e999", "'a'"}) {
    EXPECT(refusal_of(text).find("this is no JSON: ") == 0);
  }
  EXPECT(refusal_of(std::string(100'000, '[')).find("less deep") != std::string::npos);
}

TEST("JSON: half of a surrogate pair becomes U+FFFD") {
  EXPECT_EQUAL(round_trip("\"\\ud83d!\""), "\"\xef\xbf\xbd!\"");
  EXPECT_EQUAL(round_trip("\"\\ude00\""), "\"\xef\xbf\xbd\"");
}

TEST("JSON: bytes that are not UTF-8 are repaired when they are written") {
  EXPECT_EQUAL(Json("a\xff\xfe"
                    "b")
                   .dump(),
               "\"a\xef\xbf\xbd"
               "b\"");
}

TEST("JSON: values of C++ become what they are") {
  EXPECT_EQUAL(Json::object({{"a", 1}, {"b", Json::array({true, nullptr, 2.5, "x"})}}).dump(),
               "{\"a\":1,\"b\":[true,null,2.5,\"x\"]}");
  EXPECT_EQUAL(Json(std::vector<int>{1, 2}).dump(), "[1,2]");
  EXPECT_EQUAL(Json(std::map<std::string, std::string>{{"k", "v"}}).dump(), "{\"k\":\"v\"}");
  EXPECT_EQUAL(Json(std::uint64_t{18446744073709551615u}).dump(), "18446744073709551616");
  EXPECT_EQUAL(Json('a').dump(), "97");
  EXPECT(Json(2) != Json(2.5));
  EXPECT(Json("x")["a"].is_null());
  EXPECT_EQUAL(Json::object({{"a", 1}})["a"].integer(), 1);
}

TEST("JSON: a value is not taken for another type") {
  EXPECT_EQUAL(check::thrown_by([] { Json("x").number(); }), "\"x\" is no number");
  EXPECT_EQUAL(check::thrown_by([] { Json(2.5).integer(); }), "2.5 is no whole number of 64 bits");
  EXPECT_EQUAL(check::thrown_by([] { Json(1).text(); }), "1 is no text");
  EXPECT_EQUAL(check::thrown_by([] { Json().items(); }), "null is no array");
  EXPECT_EQUAL(Json(2.0).integer(), 2);
  EXPECT_EQUAL(check::thrown_by([] { Json(9.3e18).integer(); }), "9.3e+18 is no whole number of 64 bits");
}

TEST("JSON: infinity is no JSON") {
  EXPECT_EQUAL(check::thrown_by([] { Json(INFINITY).dump(); }), "JSON has no number that is infinite or none");
}
