// SPDX-License-Identifier: Apache-2.0
#include "harness/target/target.h"

#include <algorithm>
#include <random>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/json/json.h"
#include "harness/target/defects.h"
#include "harness/target/respond.h"
#include "harness/target/server.h"
#include "harness/target/state.h"

namespace keyward {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

template <class Row>
Error unknown(std::string_view kind, const std::string& id, std::span<const Row> rows) {
  std::vector<std::string> ids;
  for (const Row& row : rows) ids.emplace_back(row.id);
  const std::string near = closest(id, ids);
  return {ErrorKind::usage,
          near.empty()
              ? fmt::format("unknown {} '{}'; keyward serve --list-faults lists them", kind, id)
              : fmt::format("unknown {} '{}'; did you mean '{}'?", kind, id, near)};
}

Error misplaced(std::string_view kind, const std::string& id) {
  return {ErrorKind::usage, fmt::format("{} '{}' has nothing to act on in this spec", kind, id)};
}

Result<std::vector<const target::Hooks*>> hooks_for(const Spec& spec,
                                                    const TargetOptions& options) {
  std::vector<const target::Hooks*> hooks;
  for (const std::string& id : options.faults) {
    const target::Defect* row = target::find_fault(id);
    if (row == nullptr) return std::unexpected(unknown("fault", id, all_faults()));
    if (!row->applies(spec)) return std::unexpected(misplaced("fault", id));
    hooks.push_back(&row->hooks);
  }
  for (const std::string& id : options.traps) {
    const target::Defect* row = target::find_trap(id);
    if (row == nullptr) return std::unexpected(unknown("trap", id, all_traps()));
    if (!row->applies(spec)) return std::unexpected(misplaced("trap", id));
    hooks.push_back(&row->hooks);
  }
  return hooks;
}

std::uint64_t entropy() {
  std::random_device device;
  return (std::uint64_t{device()} << 32U) | device();
}

}  // namespace

struct Target::Impl {
  Impl(const Spec& the_spec, std::vector<const target::Hooks*> hooks, const TargetOptions& options)
      : spec(the_spec),
        state(spec, options.seed == 0 ? entropy() : options.seed, options.session_lifetime),
        responder(state, std::move(hooks)) {}

  const Spec spec;
  target::State state;
  target::Responder responder;
  std::unique_ptr<target::Server> server;  // last: its thread uses all of the above
  Pairs environment, urls;
};

Target::Target(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Target::~Target() = default;

Result<std::unique_ptr<Target>> Target::start(const Spec& spec, const TargetOptions& options) {
  KEYWARD_TRY(auto hooks, hooks_for(spec, options));
  auto impl = std::make_unique<Impl>(spec, std::move(hooks), options);
  for (std::size_t owner = 0; owner < spec.principals.size(); ++owner) {
    for (const Value& value : spec.principals[owner].values) {
      if (value.env.empty()) continue;
      impl->environment.emplace_back(value.env, impl->state.value_of(owner, value.name));
    }
  }
  KEYWARD_TRY(impl->server,
              target::Server::start(spec.servers.size(), options.port, impl->responder));
  for (std::size_t i = 0; i < spec.servers.size(); ++i) {
    impl->urls.emplace_back(spec.servers[i].id,
                            fmt::format("http://127.0.0.1:{}", impl->server->ports()[i]));
  }
  return std::unique_ptr<Target>(new Target(std::move(impl)));
}

const Pairs& Target::environment() const { return impl_->environment; }
const Pairs& Target::urls() const { return impl_->urls; }

Result<std::string> Target::hook(std::string_view name) {
  const auto& hooks = impl_->spec.hooks;
  const auto hook =
      std::find_if(hooks.begin(), hooks.end(), [&](const Hook& h) { return h.id == name; });
  if (hook == hooks.end()) {
    std::vector<std::string> ids;
    for (const Hook& h : hooks) ids.push_back(h.id);
    const std::string near = closest(std::string(name), ids);
    return fail(ErrorKind::usage,
                fmt::format("unknown hook '{}'{}", name,
                            near.empty() ? "" : "; did you mean '" + near + "'?"));
  }
  std::string printed;
  impl_->server->run([&] { printed = dump(impl_->state.perform_hook(*hook)); });
  return printed;
}

}  // namespace keyward
