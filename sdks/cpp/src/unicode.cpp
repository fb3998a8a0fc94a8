#include "unicode.h"

#include <locale.h>
#include <clocale>
#include <cwctype>

namespace gaia::detail {
namespace {

struct Character {
  char32_t value;
  /// Bytes that it takes; 0: these are not UTF-8.
  std::size_t size;
};

/// The first character of a text that is not empty.
Character first_of(std::string_view text) noexcept {
  const auto byte = [&](std::size_t index) { return static_cast<unsigned char>(text[index]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < size) return {0, 0};
  char32_t value = lead & (0x7fu >> size);
  for (std::size_t index = 1; index < size; ++index) {
    if ((byte(index) & 0xc0) != 0x80) return {0, 0};
    value = value << 6 | (byte(index) & 0x3f);
  }
  const bool overlong = (size == 3 && value < 0x800) || (size == 4 && value < 0x10000);
  const bool surrogate = value >= 0xd800 && value <= 0xdfff;
  if (overlong || surrogate || value > 0x10ffff) return {0, 0};
  return {value, size};
}

/// A locale of its own, so that the program's is left alone.
locale_t unicode_locale() {
  static const locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  return locale;
}

char32_t lower_case(char32_t character) {
  if (character < 0x80) return character >= 'A' && character <= 'Z' ? character + 0x20 : character;
  const locale_t locale = unicode_locale();
  return locale == nullptr ? character : static_cast<char32_t>(towlower_l(static_cast<wint_t>(character), locale));
}

}  // namespace

std::string lower_case(std::string_view text) {
  std::string lower;
  lower.reserve(text.size());
  while (!text.empty()) {
    const auto [value, size] = first_of(text);
    if (size == 0) {
      lower += text.front();
      text.remove_prefix(1);
    } else {
      append(lower, lower_case(value));
      text.remove_prefix(size);
    }
  }
  return lower;
}

bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const std::size_t size = first_of(text).size;
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

std::string repaired(std::string_view text) {
  std::string whole;
  whole.reserve(text.size());
  bool broken = false;
  while (!text.empty()) {
    const std::size_t size = first_of(text).size;
    if (size > 0) whole += text.substr(0, size);
    else if (!broken) append(whole, 0xfffd);
    broken = size == 0;
    text.remove_prefix(size == 0 ? 1 : size);
  }
  return whole;
}

std::string_view cut(std::string_view text, std::size_t bytes) noexcept {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xc0) == 0x80) --bytes;
  return text.substr(0, bytes);
}

void append(std::string& text, char32_t character) {
  const auto put = [&](char32_t byte) { text += static_cast<char>(byte); };
  if (character < 0x80) {
    put(character);
  } else if (character < 0x800) {
    put(0xc0 | character >> 6);
    put(0x80 | (character & 0x3f));
  } else if (character < 0x10000) {
    put(0xe0 | character >> 12);
    put(0x80 | (character >> 6 & 0x3f));
    put(0x80 | (character & 0x3f));
  } else {
    put(0xf0 | character >> 18);
    put(0x80 | (character >> 12 & 0x3f));
    put(0x80 | (character >> 6 & 0x3f));
    put(0x80 | (character & 0x3f));
  }
}

}  // namespace gaia::detail
