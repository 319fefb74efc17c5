// SPDX-License-Identifier: Apache-2.0
//
// What is printed parses to the same tree: over made-up trees of every kind of node, and over
// published questions where they are at hand.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "athena/athena.hpp"
#include "athena/parser.hpp"
#include "base/json.hpp"
#include "sql/draw.hpp"
#include "sql/print_trino.hpp"

namespace trailhound::athena {
namespace {

using namespace sql;

/// Makes trees at random; the same seed makes the same trees.
class Maker {
 public:
  explicit Maker(unsigned seed) : random_(seed) {}

  Query query(int depth) {
    Query made;
    if (maybe(5)) {
      made.recursive = maybe(3);
      made.with.push_back(
          {identifier(), some<Name>(depth, 0, [&] { return identifier(); }), query(depth - 1)});
    }
    switch (depth <= 0 ? 0 : pick(6)) {
      case 1:
        made.body = Values{exprs(depth, 1)};
        break;
      case 2:
        made.body =
            SetOperation{one_of({SetOperator::Union, SetOperator::Intersect, SetOperator::Except}),
                         maybe(2), query(depth - 1), query(depth - 1)};
        break;
      case 3:
        made.body = TableQuery{names(1)};
        break;
      default:
        made.body = select(depth);
    }
    if (maybe(3)) made.order_by = sort_keys(depth);
    if (maybe(4)) made.offset = integer(pick(100));
    if (maybe(4)) {
      made.limit = integer(pick(100));
      made.with_ties = maybe(3);
    }
    return made;
  }

  Expr expr(int depth) {
    if (depth <= 0) return leaf();
    const int d = depth - 1;
    switch (pick(30)) {
      case 0:
        return {Dereference{expr(d), identifier()}, {}};
      case 1:
        return {Subscript{expr(d), expr(d)}, {}};
      case 2:
      case 3:
        return {Binary{static_cast<Arithmetic>(pick(6)), expr(d), expr(d)}, {}};
      case 4:
        return {Negate{expr(d)}, {}};
      case 5:
      case 6:
        return {Comparison{comparing(), expr(d), expr(d)}, {}};
      case 7:
        return all_of({expr(d), expr(d), expr(d)});
      case 8:
        return any_of({expr(d), expr(d)});
      case 9:
        return {Not{expr(d)}, {}};
      case 10:
        return {IsNull{expr(d), maybe(2)}, {}};
      case 11:
        return {Between{expr(d), expr(d), expr(d), maybe(2)}, {}};
      case 12:
        return {InList{expr(d), exprs(d, 1), maybe(2)}, {}};
      case 13:
        return {InQuery{expr(d), query(d), maybe(2)}, {}};
      case 14:
        return {Like{expr(d), expr(d), optional(d), maybe(2)}, {}};
      case 15: {
        const Comparing op = static_cast<Comparing>(pick(6));
        return {Quantified{op, maybe(2) ? Quantifier::All : Quantifier::Any, expr(d), query(d)},
                {}};
      }
      case 16:
        return {Exists{query(d)}, {}};
      case 17:
        return {Subquery{query(d)}, {}};
      case 18:
        return {Case{optional(d),
                     some<When>(d, 1,
                                [&] {
                                  return When{expr(d), expr(d)};
                                }),
                     optional(d)},
                {}};
      case 19:
        return {Cast{expr(d), type(2), maybe(2)}, {}};
      case 20:
        return {AtTimeZone{expr(d), expr(d)}, {}};
      case 21:
        return {Lambda{some<Name>(d, 0, [&] { return identifier(); }), expr(d)}, {}};
      case 22:
        return {Array{exprs(d, 0)}, {}};
      case 23:
        return {Row{exprs(d, 1)}, {}};
      case 24:
        return json(d);
      default:
        return call(d);
    }
  }

 private:
  int pick(int below) { return std::uniform_int_distribution<int>(0, below - 1)(random_); }
  bool maybe(int in) { return pick(in) == 0; }
  template <class T>
  T one_of(std::initializer_list<T> all) {
    return *(all.begin() + pick(static_cast<int>(all.size())));
  }
  template <class T, class Make>
  std::vector<T> some(int, int least, Make make) {
    std::vector<T> made;
    for (int i = least + pick(3); i > 0; --i) made.push_back(make());
    return made;
  }
  std::vector<Expr> exprs(int depth, int least) {
    return some<Expr>(depth, least, [&] { return expr(depth - 1); });
  }
  Maybe<Expr> optional(int depth) {
    if (maybe(2)) return std::nullopt;
    return expr(depth);
  }

  Name identifier() {
    // Words of the grammar, words that begin forms, odd letters.
    return one_of<Name>({name("a"),
                         name("eventname"),
                         name("b_2"),
                         name("select"),
                         name("limit"),
                         name("offset"),
                         name("row"),
                         name("array"),
                         name("interval"),
                         name("any"),
                         name("key"),
                         name("position"),
                         name("returning"),
                         name("timestamp"),
                         name("date"),
                         name("leading"),
                         name("current"),
                         name("rows"),
                         name("partition"),
                         name("value"),
                         name("filter"),
                         name("over"),
                         name("my col"),
                         name("2nd"),
                         Name{"Mixed\"Case", true, {}},
                         name("double"),
                         name("orderby"),
                         name("nulls"),
                         name("last"),
                         name("group"),
                         name("trim"),
                         name("at"),
                         name("time"),
                         name("if")});
  }
  std::vector<Name> names(int least) {
    return some<Name>(0, least, [&] { return identifier(); });
  }
  std::string words() {
    return one_of<std::string>({"", "x", "it's", "a b", "%_\\", "\"q\"", "--", "/*", "\n", "é"});
  }
  Comparing comparing() { return static_cast<Comparing>(pick(8)); }

  Expr leaf() {
    switch (pick(12)) {
      case 0:
        return null();
      case 1:
        return boolean(maybe(2));
      case 2:
        return {BinaryLiteral{std::string("\x00\xFF", 2)}, {}};
      case 3:
        return {NumberLiteral{"7", NumberKind::Integer}, {}};
      case 4:
        return {NumberLiteral{one_of<std::string>({"7.5", ".5", "7."}), NumberKind::Decimal}, {}};
      case 5:
        return {NumberLiteral{"1e-3", NumberKind::Double}, {}};
      case 6: {
        Type of;
        of.name = one_of<std::string>({"date", "timestamp", "decimal", "ipaddress", "double"});
        return {TypedLiteral{of, words()}, {}};
      }
      case 7:
        return {IntervalLiteral{"1", maybe(2), IntervalField::Day,
                                maybe(2) ? std::optional(IntervalField::Second) : std::nullopt},
                {}};
      case 8: {
        const auto kind = static_cast<CurrentKind>(pick(9));
        const bool precise = kind != CurrentKind::Date && kind <= CurrentKind::LocalTimestamp;
        return {Current{kind, precise && maybe(2) ? std::optional(3u) : std::nullopt}, {}};
      }
      case 9:
        return {StringLiteral{words()}, {}};
      default:
        return {Column{names(1)}, {}};
    }
  }

  Type type(int depth) {
    Type made;
    switch (depth <= 0 ? 0 : pick(7)) {
      case 1:
        made.name = "array";
        made.parameters.push_back({std::nullopt, type(depth - 1)});
        break;
      case 2:
        made.name = "map";
        made.parameters.push_back({std::nullopt, type(depth - 1)});
        made.parameters.push_back({std::nullopt, type(depth - 1)});
        break;
      case 3:
        made.name = "row";
        made.parameters = some<TypeField>(0, 1, [&] {
          return TypeField{maybe(3) ? std::nullopt : std::optional(identifier()), type(depth - 1)};
        });
        break;
      case 4:
        made.name = "timestamp";
        if (maybe(2)) made.sizes = {3};
        made.with_time_zone = maybe(2);
        break;
      case 5:
        made.name = "decimal";
        made.sizes = {10, 2};
        break;
      default:
        made.name = one_of<std::string>({"varchar", "double", "bigint", "interval day to second"});
    }
    return made;
  }

  std::vector<SortKey> sort_keys(int depth) {
    return some<SortKey>(depth, 1, [&] {
      return SortKey{expr(depth - 1), maybe(2) ? Direction::Descending : Direction::Ascending,
                     maybe(3) ? std::optional(NullOrder::First) : std::nullopt};
    });
  }
  FrameBound bound(int depth) {
    FrameBound made;
    made.kind = static_cast<BoundKind>(pick(5));
    if (made.kind == BoundKind::Preceding || made.kind == BoundKind::Following) {
      made.distance = expr(depth - 1);
    }
    return made;
  }
  Window window(int depth) {
    Window made;
    if (maybe(3)) made.base = identifier();
    if (maybe(2)) made.partition_by = exprs(depth, 1);
    if (maybe(2)) made.order_by = sort_keys(depth);
    if (maybe(2)) {
      Frame frame;
      frame.unit = static_cast<FrameUnit>(pick(3));
      frame.start = bound(depth);
      if (maybe(2)) frame.end = bound(depth);
      made.frame = std::move(frame);
    }
    return made;
  }
  Expr call(int depth) {
    Call made;
    made.name = maybe(4) ? names(1)
                         : QualifiedName{name(one_of<std::string>(
                               {"count", "substr", "trim", "substring", "normalize", "grouping",
                                "listagg", "any", "row", "f"}))};
    const bool list = made.name.size() == 1 && made.name[0].text == "listagg";
    if (maybe(6) && !list) {
      made.star = true;
    } else {
      made.arguments = exprs(depth, list ? 1 : 0);
      made.distinct = maybe(4);
      if (maybe(5) && !list) made.order_by = sort_keys(depth);
    }
    if (list && maybe(2)) made.overflow = Overflow{true, "..", maybe(2)};
    if (list && maybe(2)) made.within_group = sort_keys(depth);
    if (maybe(5)) made.filter = expr(depth - 1);
    if (maybe(6)) made.nulls = NullTreatment::Ignore;
    if (maybe(5)) made.over = window(depth);
    return {std::move(made), {}};
  }
  Expr json(int depth) {
    const std::optional<Type> returning = maybe(2) ? std::optional(type(1)) : std::nullopt;
    switch (pick(3)) {
      case 0: {
        JsonPath path{
            JsonOperation::Value, expr(depth), "lax $.x", {}, returning, {}, {}, {}, {}, {}};
        if (maybe(2)) path.passing.push_back({expr(depth - 1), identifier()});
        if (maybe(2)) {
          path.on_empty = "DEFAULT";
          path.on_empty_default = expr(depth - 1);
        }
        if (maybe(2)) path.on_error = "NULL";
        return {std::move(path), {}};
      }
      case 1:
        return {JsonObject{some<JsonMember>(0, 0,
                                            [&] {
                                              return JsonMember{expr(depth - 1), expr(depth - 1)};
                                            }),
                           maybe(2), maybe(2), returning},
                {}};
      default:
        return {JsonArray{exprs(depth, 0), maybe(2), returning}, {}};
    }
  }

  Select select(int depth) {
    Select made;
    made.distinct = maybe(4);
    made.items = some<SelectItem>(depth, 1, [&]() -> SelectItem {
      if (maybe(6)) return {SelectAll{}, {}};
      if (maybe(6)) return {SelectAll{expr(depth - 1), names(0)}, {}};
      return {SelectValue{expr(depth - 1), maybe(2) ? std::optional(identifier()) : std::nullopt},
              {}};
    });
    if (maybe(5)) return made;
    made.from = some<Relation>(depth, 1, [&] { return relation(depth - 1); });
    if (maybe(2)) made.where = expr(depth - 1);
    if (maybe(4)) {
      made.group_distinct = maybe(3);
      made.group_by = some<GroupBy>(depth, 1, [&] {
        GroupBy group;
        group.kind = static_cast<Grouping>(pick(4));
        const bool simple = group.kind == Grouping::Simple;
        for (int i = simple ? 1 : 1 + pick(2); i > 0; --i) {
          group.sets.push_back(exprs(depth, group.kind == Grouping::Sets ? 0 : 1));
        }
        return group;
      });
    }
    if (maybe(5)) made.having = expr(depth - 1);
    if (maybe(6)) made.windows.push_back({identifier(), window(depth)});
    return made;
  }

  Relation relation(int depth) {
    Relation made;
    switch (depth <= 0 ? 0 : pick(8)) {
      case 1:
        made.node = Derived{query(depth - 1)};
        break;
      case 2:
        made.node = Lateral{query(depth - 1)};
        break;
      case 3:
        made.node = Unnest{exprs(depth, 1), maybe(2)};
        break;
      case 4:
      case 5: {
        const auto kind = static_cast<JoinKind>(pick(5));
        Join join{kind, relation(depth - 1), relation(depth - 1), false, {}, {}};
        if (kind != JoinKind::Cross) {
          join.natural = maybe(3);
          if (!join.natural && maybe(2)) join.using_columns = names(1);
          if (!join.natural && join.using_columns.empty()) join.on = expr(depth - 1);
        }
        made.node = std::move(join);
        break;
      }
      default: {
        Table table{names(1), {}};
        if (maybe(6)) table.as_of = TimeTravel{maybe(2), expr(depth - 1)};
        made.node = std::move(table);
      }
    }
    if (maybe(2)) made.alias = Alias{identifier(), names(0)};
    if (maybe(6)) {
      made.sample =
          Sample{maybe(2) ? SampleMethod::System : SampleMethod::Bernoulli, expr(depth - 1)};
    }
    return made;
  }

  std::mt19937 random_;
};

constexpr unsigned kTrees = 1000;

TEST(RoundTrip, KeepsEveryKindOfTree) {
  for (unsigned seed = 0; seed < kTrees; ++seed) {
    const Query tree = Maker(seed).query(4);
    const std::string printed = print_trino(tree);
    std::vector<Error> notices;
    auto tokens = lex(printed, notices);
    ASSERT_TRUE(tokens.ok()) << seed << ": " << printed;
    const auto again = Parser(std::move(*tokens), notices).statement();
    ASSERT_TRUE(again.ok()) << seed << ": " << again.error().message << "\n" << printed;
    ASSERT_EQ(draw(*again), draw(tree)) << seed << ": " << printed;
    ASSERT_TRUE(notices.empty()) << seed
                                 << ": a valid question was mended: " << notices.front().message
                                 << "\n"
                                 << printed;
  }
}

std::filesystem::path corpora() {
  const char* given = std::getenv("TRAILHOUND_CORPORA");
  if (given) return given;
  return TRAILHOUND_SOURCE "/../shared/corpora";
}

/// Values for all that published questions leave open.
Options all_values() {
  Options options;
  for (const char* const name :
       {"year", "month", "day", "accesskeyid", "useragent", "sourceip", "instance", "principalid",
        "arn", "username", "date_filter", "region", "date"}) {
    options.parameters[name] = "1";
  }
  options.parameters["account"] = "111122223333";
  return options;
}

/// Reads every statement of a file of published questions.
void expect_round_trips(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file) GTEST_SKIP() << "the published questions are not at hand: " << path;
  std::string line;
  std::size_t read = 0, refused = 0;
  while (std::getline(file, line)) {
    const auto json = parse_json(line);
    ASSERT_TRUE(json.ok());
    const auto* sql_text = json->find("sql");
    if (!sql_text) sql_text = json->find("query");
    ASSERT_NE(sql_text, nullptr);
    ASSERT_NE(sql_text->string(), nullptr);
    const std::string text = *sql_text->string();
    std::vector<Error> notices;
    const auto tree = parse(text, all_values(), notices);
    if (!tree.ok()) {
      // Only for reasons that a person has to look at.
      const std::string_view code = tree.error().code();
      EXPECT_TRUE(code == "unknown-table" || code == "not-a-select" || code == "trailing-text" ||
                  code == "no-from" || code == "missing-parameter")
          << code << ": " << tree.error().message << "\n"
          << text;
      ++refused;
      continue;
    }
    ++read;
    notices.clear();
    const auto again = parse(print_trino(*tree), {}, notices);
    ASSERT_TRUE(again.ok()) << again.error().message << "\n" << print_trino(*tree);
    EXPECT_EQ(draw(*again), draw(*tree)) << text;
  }
  EXPECT_GT(read, 5 * refused);
}

TEST(RoundTrip, KeepsPublishedQuestions) {
  expect_round_trips(corpora() / "queries/seed-sql.jsonl");
  expect_round_trips(corpora() / "queries/sql.jsonl");
}

}  // namespace
}  // namespace trailhound::athena
