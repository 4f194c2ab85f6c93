// SPDX-License-Identifier: Apache-2.0
#include "harness/fuzz/mutate.h"

#include <algorithm>

#include "harness/fuzz/dictionary.h"

namespace keyward {
namespace {

constexpr std::size_t k_most_changes = 6;
constexpr int k_walked = 40;  // bytes from the beginning

// Of ten: how often a change is at the end, or at the beginning; else it is anywhere.
constexpr std::uint64_t k_at_end = 4, k_at_start = 2, k_of = 10;

std::span<const std::string_view> tokens_of(Layer layer) {
  return layer == Layer::target ? target_tokens() : tokens();
}

bool raw_of_encoding(Layer layer) {
  return layer == Layer::wire || layer == Layer::piece || layer == Layer::target;
}

std::size_t size_of(const Site& site, Layer layer) {
  switch (layer) {
    case Layer::user_id:
      return 8;
    case Layer::secret:
      return site.secret_size;
    case Layer::target:
      return site.target_size;
    case Layer::field:
      return 2 * site.secret_size + site.scheme.size();
    case Layer::user_pass:
    case Layer::wire:
    case Layer::piece:
      break;
  }
  return 2 * site.secret_size;
}

int random_place(std::size_t size, Random& random) {
  const std::uint64_t kind = random.below(k_of);
  if (kind < k_at_end) return -1 - static_cast<int>(random.below(3) / 2 * random.below(4));
  if (kind < k_at_end + k_at_start) return 0;
  return static_cast<int>(random.below(size + 1));
}

std::string random_text(Layer layer, Random& random) {
  if (random.below(4) > 0) {
    const auto list = tokens_of(layer);
    return std::string(list[random.below(list.size())]);
  }
  std::string text;
  for (std::uint64_t left = 1 + random.below(3); left > 0; --left)
    text += static_cast<char>(random.below(256));
  return text;
}

Change random_change(const Site& site, Random& random) {
  Change change;
  change.layer = site.layers[random.below(site.layers.size())];
  change.at = random_place(size_of(site, change.layer), random);
  constexpr Deed k_usual[] = {
      Deed::insert,  Deed::insert,  Deed::insert, Deed::insert,   Deed::remove,  Deed::remove,
      Deed::replace, Deed::replace, Deed::copy,   Deed::swap,     Deed::flip,    Deed::percent,
      Deed::widen,   Deed::repeat,  Deed::again,  Deed::overlong, Deed::unicode, Deed::turn};
  change.deed = k_usual[random.below(std::size(k_usual))];
  if (change.deed == Deed::insert || change.deed == Deed::replace || change.deed == Deed::repeat)
    change.text = random_text(change.layer, random);
  if (change.deed == Deed::repeat)
    change.length = 1 << (2 + random.below(10));
  else if (change.deed != Deed::insert)
    change.length = 1 + static_cast<int>(random.below(3) / 2 * random.below(12));
  // What acts on bytes that are there begins before the end.
  if (change.at == -1 && change.deed != Deed::insert && change.deed != Deed::repeat)
    change.at = -1 - change.length;
  if (change.deed == Deed::again && change.layer != Layer::piece && change.layer != Layer::field)
    change.deed = Deed::copy;
  const bool respells = change.deed == Deed::overlong || change.deed == Deed::unicode;
  if (respells && !raw_of_encoding(change.layer)) change.deed = Deed::flip;
  return change;
}

Base random_base(Random& random) {
  const std::uint64_t kind = random.below(8);
  return kind == 0 ? Base::absent : kind == 1 ? Base::twin : Base::valid;
}

}  // namespace

std::vector<FuzzInput> simple_inputs(const Site& site) {
  std::vector<FuzzInput> list;
  const auto add = [&](Base base, Change change) {
    list.push_back({site.operation, site.alternative, site.scheme, base, {std::move(change)}});
  };
  for (const Layer layer : site.layers) {
    // A changed request target shows something where no right credential stands in it.
    const Base base = layer == Layer::target ? Base::absent : Base::valid;
    const int middle = static_cast<int>(size_of(site, layer) / 2);
    for (const std::string_view token : tokens_of(layer)) {
      for (const int at : {-1, 0, middle})
        add(base, {layer, Deed::insert, at, 1, std::string(token)});
      const bool named = layer == Layer::field || layer == Layer::piece;
      if (named)
        add(base, {layer, Deed::insert, static_cast<int>(site.name_size), 1, std::string(token)});
    }
    for (const int at : {0, middle, -2}) {
      add(base, {layer, Deed::remove, at, 1});
      add(base, {layer, Deed::replace, at, 1, "~"});
      add(base, {layer, Deed::flip, at, 1});
      add(base, {layer, Deed::percent, at, 1});
      add(base, {layer, Deed::widen, at, 1});
      if (!raw_of_encoding(layer)) continue;
      add(base, {layer, Deed::overlong, at, 1});
      add(base, {layer, Deed::unicode, at, 1});
    }
    // Where bytes have a meaning of their own, every place counts.
    const bool structured =
        layer == Layer::field || layer == Layer::piece || layer == Layer::user_pass;
    for (int at = 0; structured && at < k_walked; ++at) {
      add(base, {layer, Deed::remove, at, 1});
      add(base, {layer, Deed::insert, at, 1, " "});
      add(base, {layer, Deed::replace, at, 1, "_"});
    }
    if (structured) add(base, {layer, Deed::turn});
    add(base, {layer, Deed::flip, 0, 1 << 12});
    add(base, {layer, Deed::widen, 0, 1 << 12});
    add(base, {layer, Deed::remove, 0, 1 << 12});
    add(base, {layer, Deed::remove, middle, 1 << 12});
    add(base, {layer, Deed::copy, 0, 1 << 12});
    add(base, {layer, Deed::repeat, -1, 256, "A"});
    add(base, {layer, Deed::repeat, -1, 4096, "A"});
    if (layer == Layer::field || layer == Layer::piece) {
      add(base, {layer, Deed::again, 0});
      add(base, {layer, Deed::again, -1});
    }
    if (layer == Layer::secret || layer == Layer::user_pass) {
      add(Base::twin, {layer, Deed::insert, -1, 1, "A"});
      for (const std::string_view token : whole_tokens())
        add(Base::absent, {layer, Deed::insert, -1, 1, std::string(token)});
    }
  }
  return list;
}

FuzzInput random_input(const Site& site, Random& random) {
  FuzzInput input{site.operation, site.alternative, site.scheme, random_base(random), {}};
  const std::uint64_t kind = random.below(20);
  const std::size_t count = kind < 12 ? 1 : kind < 17 ? 2 : 3 + random.below(2);
  while (input.changes.size() < count) input.changes.push_back(random_change(site, random));
  return input;
}

FuzzInput child_of(const FuzzInput& parent, const Site& site, Random& random) {
  FuzzInput child = parent;
  const std::uint64_t kind = random.below(4);
  if (child.changes.size() >= k_most_changes || (kind == 0 && child.changes.size() > 1)) {
    child.changes.erase(child.changes.begin() +
                        static_cast<std::ptrdiff_t>(random.below(child.changes.size())));
  }
  if (kind == 1 && !child.changes.empty()) {
    Change& bent = child.changes[random.below(child.changes.size())];
    if (!bent.text.empty() && random.below(2) == 0)
      bent.text = random_text(bent.layer, random);
    else
      bent.at = random_place(size_of(site, bent.layer), random);
    return child;
  }
  child.changes.push_back(random_change(site, random));
  return child;
}

}  // namespace keyward
