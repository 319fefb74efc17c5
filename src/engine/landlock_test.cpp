// SPDX-License-Identifier: Apache-2.0
#include "engine/landlock.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <functional>

#include "engine/database.hpp"

namespace trailhound::engine {
namespace {

namespace fs = std::filesystem;

/// Runs a step in a process of its own; gives the number of the first expectation it misses.
int in_child(const std::function<int()>& step) {
  const pid_t child = fork();
  if (child == 0) _exit(step());
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

int try_open(const fs::path& path, int flags) {
  const int file = open(path.c_str(), flags, 0666);
  if (file < 0) return errno;
  close(file);
  return 0;
}

class LandlockTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!has_landlock()) GTEST_SKIP() << "this kernel has no Landlock";
    root_ = fs::path(testing::TempDir()) / ("landlock-" + std::to_string(getpid()));
    fs::create_directories(root_ / "temp");
    fs::create_directories(root_ / "lake/empty");
    std::ofstream(root_ / "lake/part") << "sentinel";
  }
  void TearDown() override { fs::remove_all(root_); }
  fs::path root_;
};

TEST_F(LandlockTest, AllowsWritingWhereItMustAndNowhereElse) {
  const int missed = in_child([&] {
    const auto fenced = confine_writes({.folders = {(root_ / "temp").string()},
                                        .files = {(root_ / "answer").string()},
                                        .rmdir_from = {}});
    if (!fenced.ok() || !*fenced) return 1;
    if (try_open(root_ / "temp/new", O_WRONLY | O_CREAT) != 0) return 2;
    if (try_open(root_ / "answer", O_WRONLY | O_CREAT | O_TRUNC) != 0) return 3;
    if (try_open(root_ / "lake/part", O_WRONLY) != EACCES) return 4;
    if (try_open(root_ / "lake/new", O_WRONLY | O_CREAT) != EACCES) return 5;
    if (unlink((root_ / "lake/part").c_str()) == 0) return 6;
    if (rename((root_ / "temp/new").c_str(), (root_ / "lake/new").c_str()) == 0) return 7;
    if (mkdir((root_ / "lake/folder").c_str(), 0777) == 0) return 8;
    if (rmdir((root_ / "lake/empty").c_str()) == 0) return 9;
    if (try_open(root_ / "lake/part", O_RDONLY) != 0) return 10;
    return 0;
  });
  EXPECT_EQ(missed, 0);
  EXPECT_EQ(fs::file_size(root_ / "lake/part"), 8u);
}

TEST_F(LandlockTest, LeavesTheEngineAtWork) {
  const int missed = in_child([&] {
    auto database = Database::open({.memory = 64ull << 20,
                                    .temp_parent = root_.string(),
                                    .confine = true,
                                    .outputs = {(root_ / "answer.parquet").string()}});
    if (!database.ok()) return 1;
    const std::string sql =
        "select count(*) from (select distinct i::varchar || repeat('x', 300) from range(400000) "
        "t(i))";
    auto rows = (*database)->run(sql);  // more than fits into memory
    if (!rows.ok()) return 2;
    auto batch = (*rows)->next();
    if (!batch.ok() || (*batch)->cell(0, 0).integer() != 400000) return 3;
    rows->reset();
    if (!(*database)->write_parquet("select 1", (root_ / "answer.parquet").string()).ok()) return 4;
    if ((*database)->write_parquet("select 1", (root_ / "other.parquet").string()).ok()) return 5;
    const std::string temp = (*database)->temp_folder();
    database->reset();
    return fs::exists(temp) ? 6 : 0;
  });
  EXPECT_EQ(missed, 0);
}

TEST_F(LandlockTest, NamesAFileThatCannotBeMade) {
  const int missed = in_child([&] {
    const auto fenced =
        confine_writes({.folders = {}, .files = {"/nowhere/answer"}, .rmdir_from = {}});
    return !fenced.ok() && fenced.error().code() == "output-failed" ? 0 : 1;
  });
  EXPECT_EQ(missed, 0);
}

}  // namespace
}  // namespace trailhound::engine
