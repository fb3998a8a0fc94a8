#include "gaia/argument.h"

#include "performance.h"

namespace gaia {

Argument Argument::defaults_to(const Json& value) && {
  default_ = detail::as_argument(value);
  return std::move(*this);
}

Argument Argument::required() && {
  required_ = true;
  return std::move(*this);
}

Argument text(std::string key, std::string description) {
  return Argument(Argument::Type::text, std::move(key), std::move(description));
}

Argument textarea(std::string key, std::string description) {
  return Argument(Argument::Type::textarea, std::move(key), std::move(description));
}

Argument boolean(std::string key, std::string description) {
  return Argument(Argument::Type::boolean, std::move(key), std::move(description));
}

Argument number(std::string key, std::string description) {
  return Argument(Argument::Type::number, std::move(key), std::move(description));
}

Argument choice(std::string key, std::vector<std::string> choices, std::string description) {
  return Argument(Argument::Type::choice, std::move(key), std::move(description), std::move(choices));
}

Argument vault(std::string key, std::string description) {
  return Argument(Argument::Type::vault, std::move(key), std::move(description));
}

}  // namespace gaia
