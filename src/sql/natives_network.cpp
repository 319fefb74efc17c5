// SPDX-License-Identifier: Apache-2.0
//
// The types ipaddress and ipprefix, which the engine has not: values are text in their shortest
// spelling, so that equal ones are equal; order goes by th_ip_order.
#include "event/network.hpp"
#include "sql/natives.hpp"

namespace trailhound::sql {
namespace {

using event::Arguments;
using event::Value;
using event::ValueType;

void ip_address(Arguments arguments, Value& value) {
  const auto address = event::parse_address(arguments[0].text);
  if (!address) {
    value.failure =
        "`" + std::string(arguments[0].text.substr(0, 60)) +
        "` is no address; sourceipaddress may hold a host name, which TRY_CAST makes NULL";
    return;
  }
  value.set(event::format(*address));
}

std::optional<event::Network> network_of(std::string_view text, Value& value) {
  auto network = event::parse_network(text);
  if (!network) {
    value.failure = "`" + std::string(text.substr(0, 60)) + "` is no network such as 10.0.0.0/8";
  }
  return network;
}

void ip_network(Arguments arguments, Value& value) {
  const auto network = network_of(arguments[0].text, value);
  if (!network) return;
  value.set(event::format(*network));
}

/// The network is text, an address of one or a network itself stands behind.
void network_holds(Arguments arguments, Value& value) {
  const auto network = network_of(arguments[0].text, value);
  if (!network) return;
  const auto inner = event::parse_network(arguments[1].text);
  if (inner) value.set_boolean(network->holds(inner->first) && network->bits <= inner->bits);
}

void ip_prefix(Arguments arguments, Value& value) {
  const auto address = event::parse_address(arguments[0].text);
  const std::int64_t most = address && address->is_v4() ? 32 : 128;
  if (!address || arguments[1].integer < 0 || arguments[1].integer > most) {
    value.failure =
        "a network of " + std::to_string(arguments[1].integer) + " bits is not possible here";
    return;
  }
  const auto network =
      event::parse_network(event::format(*address) + "/" + std::to_string(arguments[1].integer));
  if (network) value.set(event::format(*network));
}

/// Text that sorts as the addresses do: their bytes in hexadecimal, then the bits of a network.
void ip_order(Arguments arguments, Value& value) {
  static constexpr char kDigits[] = "0123456789abcdef";
  const auto network = event::parse_network(arguments[0].text);
  if (!network) return;
  value.null = false;
  for (const std::uint8_t byte : network->first.bytes) {
    value.text += kDigits[byte >> 4];
    value.text += kDigits[byte & 15];
  }
  value.text += static_cast<char>('0' + network->bits / 100);
  value.text += static_cast<char>('0' + network->bits / 10 % 10);
  value.text += static_cast<char>('0' + network->bits % 10);
}

void network_first(Arguments arguments, Value& value) {
  if (const auto network = event::parse_network(arguments[0].text))
    value.set(event::format(network->first));
}
void network_last(Arguments arguments, Value& value) {
  if (const auto network = event::parse_network(arguments[0].text))
    value.set(event::format(network->last()));
}

}  // namespace

std::vector<event::NativeFunction> network_functions() {
  constexpr ValueType kText = ValueType::Text;
  return {
      native("th_ip_address", {kText}, kText, ip_address),
      native("th_ip_network", {kText}, kText, ip_network),
      native("th_network_holds", {kText, kText}, ValueType::Boolean, network_holds),
      native("th_ip_prefix", {kText, ValueType::Bigint}, kText, ip_prefix),
      native("th_ip_order", {kText}, kText, ip_order),
      native("th_network_first", {kText}, kText, network_first),
      native("th_network_last", {kText}, kText, network_last),
  };
}

}  // namespace trailhound::sql
