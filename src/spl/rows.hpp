// SPDX-License-Identifier: Apache-2.0
//
// What a search has at hand between two commands: rows with fields, of which only those that a
// later command asks for are ever made.
//
//   Layer& rows = table.push(below);                 // all fields of `below` are here as well
//   rows.set("n", ...);                              // and one more
//   Value name = table.read(rows, "eventName");      // a column, for the next layer's terms
//   sql::Query query = table.query(rows, {"n"});     // WITH s1 AS (...), s2 AS (...) SELECT ...
//
// A layer is one SELECT of a chain. Its terms speak of columns of the layer below; names of columns
// are unique in the whole query. A column exists from the moment that somebody reads the field, so
// that a scan brings no field that nothing needs. The order of rows is a list of hidden fields
// (kHidden in front of their names), which nobody reads unless a command depends on the order.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "spl/value.hpp"

namespace trailhound::spl {

inline constexpr char kHidden = '\x01';

struct OrderKey {
  std::string field;
  bool descending = false;
  bool nulls_first = false;
  /// The same order from the other end.
  void turn() {
    descending = !descending;
    nulls_first = !nulls_first;
  }
};

/// The fields that a person would see, in their order.
struct Columns {
  bool events = false;             ///< Whole events: any field; `names` are those made since
  std::vector<std::string> names;  ///< In order
};

struct Layer {
  int number = 0;
  Layer* below = nullptr;
  std::vector<Layer*> parts{};                         ///< Of a union: `below` is null
  Layer* other = nullptr;                              ///< The second side of a join
  std::optional<sql::Relation> from{};                 ///< Instead of `below` alone
  bool open = true;                                    ///< Fields of `below` are here too
  std::set<std::string> gone{};                        ///< but these,
  std::optional<std::set<std::string>> only{};         ///< and only these (and hidden ones)
  std::map<std::string, Value> fields{};               ///< In terms of columns below
  std::function<Value(const std::string&)> resolve{};  ///< Fields of a source
  std::vector<sql::Expr> where{}, group_by{};
  std::vector<sql::SortKey> order_by{};
  std::optional<std::int64_t> limit{};
  std::optional<sql::Query> whole{};  ///< A source that is a query by itself
  std::vector<OrderKey> order{};
  Columns columns{};

  struct Export {
    std::string column;
    std::vector<sql::Expr> terms;  ///< One, or one for each part
  };
  std::vector<Export> exports{};
  std::map<std::string, Value> exported{};

  /// Sets a field, and shows it behind the others if it is new.
  void set(const std::string& field, Value value);
  void show(const std::string& field);
  void hide(const std::string& field);
};

/// All layers of a search.
class Table {
 public:
  /// A layer over `below`, or over nothing.
  Layer& push(Layer* below);
  /// A field as a column of the layer, for terms above it. NULL if it has none.
  Value read(Layer& layer, const std::string& field);
  /// Whether the layer can have the field: events can have any.
  bool has(const Layer& layer, const std::string& field) const;
  /// A name that no one else uses: "c12".
  std::string fresh() { return "c" + std::to_string(++names_); }
  /// The order of a layer as terms of SQL.
  std::vector<sql::SortKey> order(Layer& layer);
  /// A relation for FROM.
  static sql::Relation relation(const Layer& layer);
  /// Makes a row of each element of the lists, beside the row below that holds them (if the layer
  /// has one). Gives their columns; of those asked for `numbered` the last is the place, from 1.
  std::vector<sql::Expr> spread(Layer& layer, std::vector<sql::Expr> lists, bool numbered = false);
  /// Lays the rows of `other` beside those below the layer, where `on` holds.
  static void join(Layer& layer, sql::JoinKind kind, Layer& other,
                   std::optional<sql::Expr> on = std::nullopt);
  /// The whole query: these columns of `last`, in its order if `ordered`.
  sql::Query query(Layer& last, const std::vector<Value>& items, bool ordered,
                   std::optional<std::int64_t> limit = std::nullopt);
  std::size_t size() const { return layers_.size(); }

 private:
  std::vector<std::unique_ptr<Layer>> layers_;
  int names_ = 0;
};

}  // namespace trailhound::spl
