// UTF-8, as far as titles, messages and log lines need it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace gaia::detail {

/// The text in small letters, for comparing titles in any case. Bytes that are not UTF-8 stay as they are.
std::string lower_case(std::string_view text);

bool is_utf8(std::string_view text) noexcept;

/// The text with U+FFFD for each run of bytes that is not UTF-8.
std::string repaired(std::string_view text);

/// At most so many bytes of a text of UTF-8, ending between two characters.
std::string_view cut(std::string_view text, std::size_t bytes) noexcept;

/// Adds a character to a text.
void append(std::string& text, char32_t character);

}  // namespace gaia::detail
