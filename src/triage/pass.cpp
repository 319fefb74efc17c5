// SPDX-License-Identifier: Apache-2.0
#include "triage/pass.hpp"

#include "findings/standing.hpp"
#include "findings/words.hpp"
#include "triage/changes.hpp"
#include "triage/entity.hpp"
#include "triage/links.hpp"
#include "triage/narrowing.hpp"
#include "triage/understand.hpp"

namespace trailhound::triage {
namespace {

/// Every field that a question of a case names.
constexpr std::string_view kFields = R"(select ts, eventid, account, awsregion, eventsource,
  eventname, action, is_change, outcome, errorcode, errormessage, deny_reason, principal, role,
  session, workload, via, actor_kind, useridentity.type, useridentity.arn, useridentity.principalid,
  useridentity.accesskeyid, useridentity.username, useridentity.accountid, useridentity.invokedby,
  useridentity.sessioncontext.attributes.creationdate,
  useridentity.sessioncontext.attributes.mfaauthenticated,
  useridentity.sessioncontext.sessionissuer.arn, sourceipaddress, network, useragent, agent,
  agent_family, agent_kind, target, bucket, issued_key, requestparameters, responseelements,
  additionaleventdata
from cloudtrail)";

/// The record itself, for an event that is told word by word.
constexpr std::string_view kRecord = "select eventjson from cloudtrail";

/// Whether nothing in an event need hold the word for the event to be the word's.
bool is_unspoken(const Entity& entity) {
  return entity.form == Form::Agent || entity.text.find(", ") != std::string::npos ||
         (entity.form == Form::Address && entity.text.find('/') != std::string::npos);
}

/// What its events hold of the word: the derived field puts principals together of two texts, with
/// a colon between them.
std::string spoken_part(const Entity& entity) {
  if (entity.form != Form::Principal && entity.form != Form::Name) return entity.text;
  std::string part = entity.text.substr(entity.text.rfind(':') + 1);
  return part.empty() ? entity.text : part;
}

}  // namespace

std::vector<ask::Question> asked_of_cases() {
  return {ask::own_question(std::string(kFields), "case"),
          ask::own_question(std::string(uses_statement()), "uses"),
          ask::own_question(deeds_statement(), "deeds"), findings::allotted_question(),
          changes_question()};
}

Result<void> look_once(ask::Desk& desk, const std::vector<std::string>& words) {
  std::vector<ask::Question> questions = asked_of_cases();
  ask::Close close;
  close.actions = findings::change_names();
  for (const std::string& name : deed_names()) close.actions.push_back(name);
  for (const std::string& word : words) {
    TRY(const Entity entity, entity_of(word));
    if (is_unspoken(entity)) return look_once_at_all(desk);
    if (entity.form == Form::Event)
      questions.push_back(ask::own_question(std::string(kRecord), "record"));
    close.words.push_back(spoken_part(entity));
    if (entity.text.starts_with("arn:")) {
      close.words.push_back(findings::spoken_name(entity.text));
    }
  }
  return desk.gather_closely(questions, close);
}

Result<void> look_once_at_all(ask::Desk& desk) {
  return desk.gather_closely(asked_of_cases(), {.actions = {}, .words = {""}});
}

Result<void> ask_ahead(ask::Desk& desk) {
  std::vector<ask::Question> questions = questions_of_all();
  for (ask::Question one : {held_question(), uses_question(), deeds_question(), changes_question(),
                            changers_question(), uses_of_all_question()}) {
    questions.push_back(std::move(one));
  }
  for (const ask::Question& question : questions) TRY(desk.ask(question));
  return {};
}

}  // namespace trailhound::triage
