#include "gaia/json.h"

#include <charconv>
#include <cmath>

#include "gaia/errors.h"
#include "unicode.h"

namespace gaia {
namespace {

/// Lists and objects within each other; more would exhaust the stack before it made sense.
constexpr int kMostDepth = 500;

void write_text(std::string& out, std::string_view text) {
  constexpr char digits[] = "0123456789abcdef";
  out += '"';
  for (const char character : detail::is_utf8(text) ? std::string(text) : detail::repaired(text)) {
    switch (character) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (static_cast<unsigned char>(character) >= 0x20) {
          out += character;
        } else {
          out += "\\u00";
          out += digits[character >> 4];
          out += digits[character & 0xf];
        }
    }
  }
  out += '"';
}

void write(std::string& out, const Json& value);

void write_number(std::string& out, const Json& value) {
  char digits[32];
  std::to_chars_result end{};
  if (value.is_integer()) {
    end = std::to_chars(std::begin(digits), std::end(digits), value.integer());
  } else {
    const double number = value.number();
    if (!std::isfinite(number)) throw Error("JSON has no number that is infinite or none");
    end = std::to_chars(std::begin(digits), std::end(digits), number);
  }
  out.append(digits, end.ptr);
}

template <class Items, class WriteItem>
void write_all(std::string& out, const Items& items, char open, char close, const WriteItem& write_item) {
  out += open;
  bool first = true;
  for (const auto& item : items) {
    if (!first) out += ',';
    first = false;
    write_item(item);
  }
  out += close;
}

void write(std::string& out, const Json& value) {
  const auto write_item = [&](const Json& item) { write(out, item); };
  const auto write_field = [&](const Json::Object::value_type& field) {
    write_text(out, field.first);
    out += ':';
    write(out, field.second);
  };
  if (value.is_null()) out += "null";
  else if (value.is_boolean()) out += value.boolean() ? "true" : "false";
  else if (value.is_number()) write_number(out, value);
  else if (value.is_text()) write_text(out, value.text());
  else if (value.is_array()) write_all(out, value.items(), '[', ']', write_item);
  else write_all(out, value.fields(), '{', '}', write_field);
}

/// Reads one JSON value (RFC 8259) from front to back.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Json parse() {
    Json value = read_value(0);
    skip_space();
    if (place_ < text_.size()) fail("nothing more");
    return value;
  }

 private:
  [[noreturn]] void fail(const std::string& wanted) const {
    throw Error("this is no JSON: " + wanted + " is expected at byte " + std::to_string(place_));
  }

  char peek() const { return place_ < text_.size() ? text_[place_] : '\0'; }

  bool take(char wanted) {
    if (peek() != wanted || place_ >= text_.size()) return false;
    ++place_;
    return true;
  }

  void skip_space() {
    while (place_ < text_.size() && std::string_view(" \t\r\n").find(text_[place_]) != std::string_view::npos) ++place_;
  }

  Json read_word(std::string_view word, Json value) {
    if (text_.substr(place_, word.size()) != word) fail("a value");
    place_ += word.size();
    return value;
  }

  Json read_value(int depth) {
    if (depth > kMostDepth) fail("a value that is less deep");
    skip_space();
    switch (peek()) {
      case '{': return read_object(depth);
      case '[': return read_array(depth);
      case '"': return read_text();
      case 't': return read_word("true", true);
      case 'f': return read_word("false", false);
      case 'n': return read_word("null", nullptr);
      default: return read_number();
    }
  }

  Json read_array(int depth) {
    Json::Array items;
    take('[');
    skip_space();
    if (take(']')) return items;
    do {
      items.push_back(read_value(depth + 1));
      skip_space();
    } while (take(','));
    if (!take(']')) fail("a comma or ]");
    return items;
  }

  Json read_object(int depth) {
    Json::Object fields;
    take('{');
    skip_space();
    if (take('}')) return fields;
    do {
      skip_space();
      if (peek() != '"') fail("a name in quotes");
      std::string name = read_text();
      skip_space();
      if (!take(':')) fail("a colon");
      fields.insert_or_assign(std::move(name), read_value(depth + 1));
      skip_space();
    } while (take(','));
    if (!take('}')) fail("a comma or }");
    return fields;
  }

  bool take_digits() {
    const std::size_t start = place_;
    while (peek() >= '0' && peek() <= '9') ++place_;
    return place_ > start;
  }

  Json read_number() {
    const std::size_t start = place_;
    take('-');
    const bool zero = peek() == '0';
    if (!take_digits()) fail("a value");
    const std::string_view whole = text_.substr(start, place_ - start);
    if (zero && whole.size() > (whole.front() == '-' ? 2u : 1u)) fail("a number without leading zeros");
    bool exact = true;
    if (take('.')) {
      exact = false;
      if (!take_digits()) fail("a digit");
    }
    if (take('e') || take('E')) {
      exact = false;
      if (!take('+')) take('-');
      if (!take_digits()) fail("a digit");
    }
    const char* const from = text_.data() + start;
    const char* const to = text_.data() + place_;
    std::int64_t integer = 0;
    // -0 is no whole number: it would lose its sign.
    if (exact && whole != "-0" && std::from_chars(from, to, integer).ec == std::errc()) return integer;
    double number = 0;
    if (std::from_chars(from, to, number).ec != std::errc()) fail("a number that fits");
    return number;
  }

  std::string read_text() {
    std::string text;
    take('"');
    while (!take('"')) {
      if (place_ >= text_.size()) fail("a closing quote");
      const char character = text_[place_++];
      if (static_cast<unsigned char>(character) < 0x20) fail("an escaped control character");
      if (character == '\\') read_escape(text);
      else text += character;
    }
    return text;
  }

  void read_escape(std::string& text) {
    const char kind = peek();
    ++place_;
    switch (kind) {
      case '"':
      case '\\':
      case '/': text += kind; break;
      case 'b': text += '\b'; break;
      case 'f': text += '\f'; break;
      case 'n': text += '\n'; break;
      case 'r': text += '\r'; break;
      case 't': text += '\t'; break;
      case 'u': detail::append(text, read_escaped_character()); break;
      default: fail("an escape that exists");
    }
  }

  char32_t read_escaped_character() {
    const char32_t first = read_code_unit();
    if (first < 0xd800 || first > 0xdfff) return first;
    if (first > 0xdbff || !take('\\') || !take('u')) return 0xfffd;
    const char32_t second = read_code_unit();
    if (second < 0xdc00 || second > 0xdfff) return 0xfffd;
    return 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
  }

  char32_t read_code_unit() {
    unsigned value = 0;
    if (place_ + 4 > text_.size()) fail("four hexadecimal digits");
    const char* const from = text_.data() + place_;
    if (std::from_chars(from, from + 4, value, 16).ptr != from + 4) fail("four hexadecimal digits");
    place_ += 4;
    return value;
  }

  std::string_view text_;
  std::size_t place_ = 0;
};

[[noreturn]] void refuse(const Json& value, const char* wanted) {
  throw Error(std::string(detail::cut(value.dump(), 100)) + " is no " + wanted);
}

}  // namespace

bool Json::boolean() const {
  if (!is_boolean()) refuse(*this, "boolean");
  return std::get<bool>(value_);
}

double Json::number() const {
  if (is_integer()) return static_cast<double>(std::get<std::int64_t>(value_));
  if (!is_number()) refuse(*this, "number");
  return std::get<double>(value_);
}

std::int64_t Json::integer() const {
  if (is_integer()) return std::get<std::int64_t>(value_);
  // 2^63, exact as a double; what is below fits.
  constexpr double past = 9223372036854775808.0;
  if (is_number()) {
    const double number = std::get<double>(value_);
    if (std::trunc(number) == number && number >= -past && number < past) return static_cast<std::int64_t>(number);
  }
  refuse(*this, "whole number of 64 bits");
}

const std::string& Json::text() const {
  if (!is_text()) refuse(*this, "text");
  return std::get<std::string>(value_);
}

const Json::Array& Json::items() const {
  if (!is_array()) refuse(*this, "array");
  return std::get<Array>(value_);
}

const Json::Object& Json::fields() const {
  if (!is_object()) refuse(*this, "object");
  return std::get<Object>(value_);
}

const Json& Json::operator[](std::string_view name) const noexcept {
  static const Json null;
  const Object* const fields = std::get_if<Object>(&value_);
  if (fields == nullptr) return null;
  const auto field = fields->find(name);
  return field == fields->end() ? null : field->second;
}

std::string Json::dump() const {
  std::string out;
  write(out, *this);
  return out;
}

Json Json::parse(std::string_view text) { return Parser(text).parse(); }

}  // namespace gaia
