// SPDX-License-Identifier: Apache-2.0
#include "fuzz/plugin/panel.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <system_error>

#include <unistd.h>

#include "harness/base/text.h"

namespace keyward {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds k_start_limit{20};  // an interpreter on a busy machine takes long
constexpr std::string_view k_pipe = "pipe:";

bool is_installed(const std::string& program) {
  const char* const path = std::getenv("PATH");
  for (const std::string_view folder : split(path == nullptr ? "" : path, ':')) {
    if (::access((fs::path(folder) / program).c_str(), X_OK) == 0) return true;
  }
  return false;
}

std::string excerpt(std::string_view line) {
  static constexpr std::size_t k_shown = 80;
  return escape(line.substr(0, k_shown)) + (line.size() > k_shown ? "..." : "");
}

}  // namespace

PluginSource PluginSource::of(const std::string& text, const fs::path& host) {
  if (text.starts_with(k_pipe)) return {{"/bin/sh", "-c", text.substr(k_pipe.size())}, text};
  // dlopen() looks for a name without a slash in the system's folders.
  const std::string file = text.contains('/') ? text : "./" + text;
  return {{host.string(), file}, text};
}

Status Panelist::greet() {
  KEYWARD_CHECK(child_.start());
  const Child::Reply reply =
      child_.read_line(std::max<std::chrono::milliseconds>(limit_, k_start_limit));
  switch (reply.fate) {
    case Child::Fate::line:
      break;
    case Child::Fate::ended:
      return fail(ErrorKind::usage, "it ended before it greeted: " + reply.text);
    case Child::Fate::timed_out:
      return fail(ErrorKind::usage, "it does not greet");
    case Child::Fate::too_long:
      return fail(ErrorKind::usage, "its greeting is too long");
  }
  auto greeting = read_greeting(reply.text);
  if (!greeting) {
    return fail(ErrorKind::usage, "its first line is no greeting (" + greeting.error().message +
                                      "): " + excerpt(reply.text));
  }
  greeting_ = *std::move(greeting);
  return {};
}

Result<Panelist> Panelist::start(const PluginSource& source, std::chrono::milliseconds limit) {
  Panelist panelist(source, limit);
  if (const Status status = panelist.greet(); !status)
    return fail(status.error().kind, status.error().message, source.shown);
  return panelist;
}

bool Panelist::answers(Grammar grammar) const {
  return std::ranges::find(greeting_.grammars, grammar) != greeting_.grammars.end();
}

Answer Panelist::ask(Grammar grammar, const std::string& input) {
  if (!answers(grammar)) return {};
  if (!child_.running()) {
    if (const Status status = greet(); !status)
      return {AnswerKind::crash, {}, "it does not start again: " + status.error().message};
  }
  const Question question{++last_id_, grammar, input};
  const Child::Reply reply = child_.ask(render_question(question), limit_);
  switch (reply.fate) {
    case Child::Fate::ended:
      return {AnswerKind::crash, {}, reply.text};
    case Child::Fate::timed_out:
      return {AnswerKind::hang, {}, "no answer in " + std::to_string(limit_.count()) + " ms"};
    case Child::Fate::too_long:
      return {AnswerKind::garbage, {}, "a line without end"};
    case Child::Fate::line:
      break;
  }
  auto answer = read_answer(reply.text, question);
  if (answer) return *std::move(answer);
  child_.kill();  // whatever else it says is not to be taken for the next answer
  return {AnswerKind::garbage, {}, answer.error().message + ": " + excerpt(reply.text)};
}

fs::path parser_host(const fs::path& folder) { return folder / "keyward-parser-host"; }

std::vector<PluginSource> built_in_plugins(const fs::path& folder) {
  std::vector<PluginSource> found;
  std::error_code code;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, code)) {
    const std::string file = entry.path().string();
    const std::string kind = entry.path().extension().string();
    if (kind == ".so") found.push_back({{parser_host(folder).string(), file}, file});
    if (kind == ".mjs" && is_installed("node")) found.push_back({{"node", file}, file});
    if (kind == ".py" && is_installed("python3")) found.push_back({{"python3", "-S", file}, file});
  }
  std::ranges::sort(found, {}, &PluginSource::shown);
  return found;
}

}  // namespace keyward
