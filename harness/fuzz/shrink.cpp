// SPDX-License-Identifier: Apache-2.0
#include "harness/fuzz/shrink.h"

#include <tuple>
#include <utility>

namespace keyward {
namespace {

constexpr char k_plain =
    'A';  // what shows a breach with this in place of another byte needs no other

// Which of two inputs of equal cost reads better: fewer changes, plainer texts, nearer to an end.
auto complexity(const FuzzInput& input) {
  std::size_t odd = 0, inside = 0, rare = 0;
  for (const Change& change : input.changes) {
    for (const char c : change.text) odd += c == k_plain ? 0 : 1;
    inside += change.at == 0 || change.at == -1 ? 0 : 1;
    rare += change.deed == Deed::insert || change.deed == Deed::remove ? 0 : 1;
  }
  return std::tuple(cost(input), input.changes.size(), rare, odd, inside);
}

}  // namespace

Shrink::Shrink(FuzzInput start, std::size_t questions)
    : best_(std::move(start)), questions_(questions) {
  seen_.insert(write_input(best_));
  propose();
}

// Everything that would be smaller than the best, the greatest steps first.
void Shrink::propose() {
  candidates_.clear();
  const auto add = [&](FuzzInput candidate) {
    if (complexity(candidate) < complexity(best_)) candidates_.push_back(std::move(candidate));
  };
  const auto& changes = best_.changes;
  if (best_.base != Base::absent) {  // does the request target open by itself?
    FuzzInput bare = best_;
    bare.base = Base::absent;
    std::erase_if(bare.changes, [](const Change& c) { return c.layer != Layer::target; });
    if (!bare.changes.empty()) add(std::move(bare));
  }
  for (std::size_t i = 0; changes.size() > 1 && i < changes.size(); ++i) {
    FuzzInput alone = best_;
    alone.changes = {changes[i]};
    add(std::move(alone));
  }
  for (std::size_t i = 0; changes.size() > 1 && i < changes.size(); ++i) {
    FuzzInput fewer = best_;
    fewer.changes.erase(fewer.changes.begin() + static_cast<std::ptrdiff_t>(i));
    add(std::move(fewer));
  }
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const auto with = [&](auto bend) {
      FuzzInput bent = best_;
      bend(bent.changes[i]);
      add(std::move(bent));
    };
    const Change& change = changes[i];
    for (const int length : {1, change.length / 4, change.length / 2, change.length - 1}) {
      if (length >= 1 && length < change.length) with([&](Change& c) { c.length = length; });
    }
    if (change.deed == Deed::remove) {
      with([](Change& c) { c = {c.layer, Deed::remove, -2, 1, {}}; });
      with([](Change& c) { c = {c.layer, Deed::remove, 0, 1, {}}; });
    }
    const std::size_t size = change.text.size();
    if (size > 1) {
      with([&](Change& c) { c.text = c.text.substr(0, size / 2); });
      with([&](Change& c) { c.text = c.text.substr(size / 2); });
      for (std::size_t at = 0; at < size && size <= 16; ++at)
        with([&](Change& c) { c.text.erase(at, 1); });
    }
    if (change.deed == Deed::repeat) {
      with([](Change& c) {
        c.deed = Deed::insert;
        c.length = 1;
      });
    }
    if (change.deed == Deed::copy || change.deed == Deed::replace || change.deed == Deed::widen) {
      with([](Change& c) { c = {c.layer, Deed::insert, c.at, 1, std::string(1, k_plain)}; });
    }
    for (std::size_t at = 0; at < size && size <= 16; ++at) {
      if (change.text[at] != k_plain) with([&](Change& c) { c.text[at] = k_plain; });
    }
    if (change.at != -1 && change.at != 0) {
      with([](Change& c) { c.at = -1; });
      with([](Change& c) { c.at = 0; });
    }
  }
}

std::optional<FuzzInput> Shrink::next() {
  while (!candidates_.empty() && asked_ < questions_) {
    FuzzInput candidate = std::move(candidates_.front());
    candidates_.pop_front();
    if (!seen_.insert(write_input(candidate)).second) continue;
    ++asked_;
    under_way_ = candidate;
    return candidate;
  }
  return std::nullopt;
}

void Shrink::told(bool shows) {
  if (!under_way_) return;
  if (shows) {
    best_ = std::move(*under_way_);
    propose();
  }
  under_way_.reset();
}

}  // namespace keyward
