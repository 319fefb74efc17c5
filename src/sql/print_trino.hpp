// SPDX-License-Identifier: Apache-2.0
//
// The tree as Trino SQL, for Trino, for Athena, and for people.
//
//   print_trino(query);  // SELECT eventname FROM cloudtrail WHERE year = '2024'
//
// One line, as few parentheses as the grammar allows. Parsing what was printed gives the same tree.
// What is printed is the tree as it stands: whether Trino knows a function is for bind to say.
#pragma once

#include <string>

#include "sql/ast.hpp"

namespace trailhound::sql {

std::string print_trino(const Query& query);
std::string print_trino(const Expr& expression);
std::string print_trino(const Type& type);
/// The name, in double quotes if it needs them.
std::string print_trino(const Name& name);

}  // namespace trailhound::sql
