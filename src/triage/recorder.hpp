// SPDX-License-Identifier: Apache-2.0
//
// A desk that remembers what it was asked: a report names its questions.
//
//   Recorder desk(*inner);
//   use(desk);
//   for (const Asked& one : desk.asked()) print(one.name, one.text);
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "ask/ask.hpp"

namespace trailhound::triage {

/// A question, as it was asked.
struct Asked {
  std::string name, text;
};

/// Hands everything on to another desk.
class Recorder final : public ask::Desk {
 public:
  explicit Recorder(ask::Desk& inner) : inner_(inner) {}

  Result<ask::Answer> ask(const ask::Question& question) override {
    {
      const std::lock_guard lock(mutex_);
      asked_.push_back({question.name, question.text});
    }
    return inner_.ask(question);
  }
  Result<std::uint64_t> write_parquet(const ask::Question& question, const std::string& path,
                                      std::vector<Error>& notices) override {
    return inner_.write_parquet(question, path, notices);
  }
  Result<ask::Explanation> explain(const ask::Question& question) override {
    return inner_.explain(question);
  }
  Result<void> gather(const std::vector<ask::Question>& questions) override {
    return inner_.gather(questions);
  }
  Result<void> gather_closely(const std::vector<ask::Question>& questions,
                              const ask::Close& close) override {
    return inner_.gather_closely(questions, close);
  }
  bool keeps_answers() const override { return inner_.keeps_answers(); }
  const read::Coverage& coverage() const override { return inner_.coverage(); }
  Result<std::optional<Time>> newest() override { return inner_.newest(); }
  void cancel() override { inner_.cancel(); }

  const std::vector<Asked>& asked() const { return asked_; }

 private:
  ask::Desk& inner_;
  std::mutex mutex_;
  std::vector<Asked> asked_;
};

}  // namespace trailhound::triage
