#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace gaia {

/// A JSON value: what jobs hand on as outputs. Whole numbers of 64 bits stay exact.
class Json {
 public:
  using Array = std::vector<Json>;
  using Object = std::map<std::string, Json, std::less<>>;

  Json() noexcept = default;
  Json(std::nullptr_t) noexcept {}
  Json(const char* text) : value_(std::string(text)) {}
  Json(std::string_view text) : value_(std::string(text)) {}
  Json(std::string text) noexcept : value_(std::move(text)) {}
  Json(Array items) noexcept : value_(std::move(items)) {}
  Json(Object fields) noexcept : value_(std::move(fields)) {}

  /// Any boolean or number. A pointer is refused by the compiler: it would silently become `true`.
  template <class Number, std::enable_if_t<std::is_arithmetic_v<Number>, int> = 0>
  Json(Number number) noexcept : value_(from_number(number)) {}

  /// A list of what a Json can be made of.
  template <class Item, std::enable_if_t<!std::is_same_v<Item, Json>, int> = 0>
  Json(const std::vector<Item>& items) : value_(Array(items.begin(), items.end())) {}

  /// An object of what a Json can be made of.
  template <class Item, class Less,
            std::enable_if_t<!std::is_same_v<std::map<std::string, Item, Less>, Object>, int> = 0>
  Json(const std::map<std::string, Item, Less>& fields) : value_(Object(fields.begin(), fields.end())) {}

  /// `Json::array({1, "two", nullptr})`
  static Json array(Array items) { return Json(std::move(items)); }
  /// `Json::object({{"url", url}, {"size", 3}})`
  static Json object(Object fields) { return Json(std::move(fields)); }

  bool is_null() const noexcept { return std::holds_alternative<std::nullptr_t>(value_); }
  bool is_boolean() const noexcept { return std::holds_alternative<bool>(value_); }
  bool is_number() const noexcept { return is_integer() || std::holds_alternative<double>(value_); }
  bool is_integer() const noexcept { return std::holds_alternative<std::int64_t>(value_); }
  bool is_text() const noexcept { return std::holds_alternative<std::string>(value_); }
  bool is_array() const noexcept { return std::holds_alternative<Array>(value_); }
  bool is_object() const noexcept { return std::holds_alternative<Object>(value_); }

  // The value as what it is; Error when it is something else.
  bool boolean() const;
  double number() const;
  /// Also of a number such as 2.0, but not of 2.5.
  std::int64_t integer() const;
  const std::string& text() const;
  const Array& items() const;
  const Object& fields() const;

  /// The field of that name; null when there is none, or when this is no object.
  const Json& operator[](std::string_view name) const noexcept;

  /// One line of JSON. Error when a number is infinite or none; bytes that are not UTF-8 become U+FFFD.
  std::string dump() const;
  /// Error when the text is not one JSON value, with the place.
  static Json parse(std::string_view text);

  friend bool operator==(const Json& left, const Json& right) { return left.value_ == right.value_; }
  friend bool operator!=(const Json& left, const Json& right) { return !(left == right); }

 private:
  using Value = std::variant<std::nullptr_t, bool, std::int64_t, double, std::string, Array, Object>;

  template <class Number>
  static Value from_number(Number number) noexcept {
    if constexpr (std::is_same_v<Number, bool>) {
      return number;
    } else if constexpr (std::is_floating_point_v<Number>) {
      return static_cast<double>(number);
    } else if constexpr (std::is_unsigned_v<Number>) {
      constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
      if (number > most) return static_cast<double>(number);
      return static_cast<std::int64_t>(number);
    } else {
      return static_cast<std::int64_t>(number);
    }
  }

  Value value_ = nullptr;
};

/// Values by name: outputs of a job, arguments of an added job or of another pipeline.
using Values = Json::Object;

}  // namespace gaia
