// SPDX-License-Identifier: Apache-2.0
#include "sql/expand.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "sql/derived.hpp"
#include "sql/functions.hpp"
#include "sql/walk.hpp"

namespace trailhound::sql {
namespace {

/// Puts derived fields into the words of the events' own fields, and notes what Trino has not.
class Expander {
 public:
  Expander(const Bound& bound, const std::function<Result<Expr>(std::string_view)>& parse,
           std::vector<std::string>& missing)
      : bound_(bound), parse_(parse), missing_(missing) {}

  void operator()(Query& query) {
    if (auto* select = std::get_if<Select>(&query.body)) {
      // The column keeps its name.
      for (SelectItem& item : select->items) {
        auto* value = std::get_if<SelectValue>(&item.node);
        if (value == nullptr || value->alias || use_of(*value->value) == nullptr) continue;
        value->alias = name(use_of(*value->value)->name);
      }
    }
    each_child(query, *this);
  }
  void operator()(Relation& relation) { each_child(relation, *this); }
  void operator()(Expr& expr) {
    if (const DerivedUse* use = use_of(expr)) {
      expr = expression_of(use->name, use->table);
      return;
    }
    note(expr);
    each_child(expr, *this);
  }

 private:
  const Bound& bound_;
  const std::function<Result<Expr>(std::string_view)>& parse_;
  std::vector<std::string>& missing_;

  const DerivedUse* use_of(const Expr& expr) const {
    if (!std::holds_alternative<Column>(expr.node)) return nullptr;
    const auto& uses = bound_.derived_uses();
    const auto found = std::find_if(uses.begin(), uses.end(),
                                    [&](const DerivedUse& use) { return use.span == expr.span; });
    return found == uses.end() ? nullptr : &*found;
  }

  /// Notes a function that only we have.
  void note(const Expr& expr) {
    const auto* call = std::get_if<Call>(&expr.node);
    if (call == nullptr) return;
    const std::string called = to_lower(call->name.back().text);
    const std::vector<const Function*> known = functions_called(called);
    if (known.empty() || known.front()->in_trino) return;
    if (std::find(missing_.begin(), missing_.end(), called) == missing_.end())
      missing_.push_back(called);
  }

  /// What a derived field stands for; its columns are called by `table` if that has a name.
  Expr expression_of(const std::string& field, const std::string& table) {
    const DerivedField* known = find_derived(field);
    auto parsed = parse_(known->expression);
    Expr made = parsed.ok() ? std::move(*parsed) : null();
    struct Inner {
      Expander& expander;
      const std::string& table;
      void operator()(Query& query) { each_child(query, *this); }
      void operator()(Relation& relation) { each_child(relation, *this); }
      void operator()(Expr& expr) {
        if (auto* column = std::get_if<Column>(&expr.node)) {
          const std::string first = to_lower(column->path[0].text);
          if (column->path.size() == 1 && find_derived(first) != nullptr) {
            expr = expander.expression_of(first, table);
          } else if (!table.empty()) {
            column->path.insert(column->path.begin(), name(table));
          }
          return;
        }
        expander.note(expr);
        each_child(expr, *this);
      }
    };
    Inner inner{*this, table};
    inner(made);
    return made;
  }
};

}  // namespace

Expanded expand_derived(const Query& query, const Bound& bound,
                        const std::function<Result<Expr>(std::string_view)>& parse) {
  Expanded made{query, {}};
  Expander expander(bound, parse, made.missing);
  expander(made.query);
  return made;
}

}  // namespace trailhound::sql
