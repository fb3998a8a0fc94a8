#pragma once

#include <string>
#include <utility>
#include <vector>

#include "json.h"

namespace gaia {

/// What a job is given at the start of a run. Made by `text`, `number`, …, and completed by chaining:
/// `gaia::number("replicas", "How many").defaults_to(2)`.
class Argument {
 public:
  enum class Type { text, textarea, boolean, number, choice, vault };

  Argument(Type type, std::string key, std::string description, std::vector<std::string> choices = {})
      : type_(type), key_(std::move(key)), description_(std::move(description)), choices_(std::move(choices)) {}

  /// Used when nothing is given: a text, a number or a boolean.
  Argument defaults_to(const Json& value) &&;
  /// It has to be given, or to have a default.
  Argument required() &&;

  Type type() const noexcept { return type_; }
  const std::string& key() const noexcept { return key_; }
  const std::string& description() const noexcept { return description_; }
  const std::vector<std::string>& choices() const noexcept { return choices_; }
  /// As it is sent; empty: none.
  const std::string& default_value() const noexcept { return default_; }
  bool is_required() const noexcept { return required_; }

 private:
  Type type_;
  std::string key_;
  std::string description_;
  std::vector<std::string> choices_;
  std::string default_;
  bool required_ = false;
};

/// A line of text.
Argument text(std::string key, std::string description = "");
/// Several lines of text.
Argument textarea(std::string key, std::string description = "");
/// `true` or `false`.
Argument boolean(std::string key, std::string description = "");
/// A number, whole or not.
Argument number(std::string key, std::string description = "");
/// One of these texts.
Argument choice(std::string key, std::vector<std::string> choices, std::string description = "");
/// A secret; the key is its name in the vault.
Argument vault(std::string key, std::string description = "");

}  // namespace gaia
