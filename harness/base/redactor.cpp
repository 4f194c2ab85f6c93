// SPDX-License-Identifier: Apache-2.0
// How a piece is found: every spelling is indexed by each of its 5-byte grams. A piece of 8 bytes
// holds a gram at a position that is a multiple of 4, wherever it begins, so one position in four
// is looked up, most of them in a bitmap alone:
//
//   text    . . . . | . . . . | . . . . | . . . .
//   piece         [ x x x x x x x x ]                 8 bytes
//   gram              [ x x x x x ]                   at the multiple of 4 inside it
//
// What the index finds is then compared, and grown to both sides as far as it agrees.
#include "harness/base/redactor.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <tuple>
#include <unordered_set>
#include <utility>
#include <vector>

#include "harness/base/coded.h"
#include "harness/base/near.h"
#include "harness/base/secret_forms.h"
#include "harness/base/spelled.h"
#include "harness/base/squeezed.h"
#include "harness/base/text.h"
#include "harness/base/unchunk.h"
#include "harness/base/unescape.h"

namespace keyward {
namespace {

constexpr std::size_t k_shortest_secret = Redactor::k_shortest_secret;
constexpr std::size_t k_shortest_piece = 8;
constexpr std::size_t k_shortest_near = 6;  // bytes: from here on a changed secret is one
constexpr std::size_t k_long = 128;  // bytes: of a token no short piece is worth its spellings
constexpr std::size_t k_gram = 5;
constexpr std::size_t k_stride = k_shortest_piece - k_gram + 1;
// What a user has given is added first, and is worth rarer codes than the tokens that a run issues.
constexpr std::size_t k_few = 32;
// How deep readings are nested: an escape takes one of it, bytes written as characters take two.
constexpr int k_depth = 6;

// A secret in one spelling, lower case.
struct Spelling {
  std::string text;
  std::size_t shortest;  // what must be found of it
  std::uint32_t secret;
};

// A place where a secret, or a piece of one, stands.
struct Found {
  TextRange range;
  std::uint32_t secret = 0;
  bool whole = false;    // all of a spelling
  bool further = false;  // hidden without a label: another place has it
  bool plain = false;    // the text has it as it is

  [[nodiscard]] std::size_t size() const { return range.end - range.begin; }
};

bool is_word_character(char c) {
  const char lower = static_cast<char>(c | 0x20);
  return (c >= '0' && c <= '9') || (lower >= 'a' && lower <= 'z');
}

char fold(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Hash of the gram at `bytes`. Setting bit 5 folds the case, and a few other pairs of bytes: what
// is found is compared anyhow.
std::uint64_t gram_hash(const char* bytes) {
  std::uint32_t four = 0;
  std::memcpy(&four, bytes, sizeof four);
  const std::uint64_t gram = four | (std::uint64_t{static_cast<unsigned char>(bytes[4])} << 32U);
  return (gram | 0x2020202020202020ULL) * 0x9e3779b97f4a7c15ULL;
}

// Whether the find is a plain one and what chance has put beside it: `sid=d2…` is near `d2…`, and
// in token=31… quoted-printable reads =31 as the character that the key has second.
bool is_chance(std::string_view text, const Found& found, const Found& plain) {
  if (found.plain || !plain.plain || found.secret != plain.secret) return false;
  if (found.range.begin >= plain.range.end || found.range.end <= plain.range.begin) return false;
  const auto beyond = [](std::size_t a, std::size_t b) { return a > b ? a - b : 0; };
  const std::size_t before = beyond(plain.range.begin, found.range.begin);
  const std::size_t after = beyond(found.range.end, plain.range.end);
  if (plain.whole) return before < k_shortest_piece / 2 && after < k_shortest_piece / 2;
  const std::string_view sign = text.substr(found.range.begin, before);
  return after == 0 && (sign == "=" || sign == "%3D" || sign == "%3d");
}

void drop_chance(std::string_view text, std::vector<Found>& found) {
  constexpr std::ptrdiff_t k_looks = 8;  // at plain finds that begin before it, or little later
  const auto begin_of = [](const Found& each) { return each.range.begin; };
  std::vector<Found> plain;
  std::ranges::copy_if(found, std::back_inserter(plain), &Found::plain);
  std::ranges::sort(plain, {}, begin_of);
  std::erase_if(found, [&](const Found& each) {
    const auto end =
        std::ranges::upper_bound(plain, each.range.begin + k_shortest_piece / 2, {}, begin_of);
    return std::any_of(end - std::min(k_looks, end - plain.begin()), end,
                       [&](const Found& p) { return is_chance(text, each, p); });
  });
}

// Text is cut within long runs of one letter or digit, as padding has them: neither a secret nor a
// code of one reaches from one side to the other.
constexpr std::size_t k_long_run = 1024;
constexpr std::size_t k_run_left = 64;  // at either side

// The first such run from there on; empty at the end where there is none.
TextRange long_run(std::string_view text, std::size_t from) {
  constexpr std::size_t k_step = k_long_run / 2;
  for (std::size_t at = from; at + k_step <= text.size(); at += k_step) {
    const char c = text[at];
    if (!is_word_character(c) || std::memcmp(&text[at], &text[at + 1], k_step - 1) != 0) continue;
    const std::size_t last = text.substr(from, at - from).find_last_not_of(c);
    const std::size_t begin = last == std::string_view::npos ? from : from + last + 1;
    const std::size_t end = std::min(text.find_first_not_of(c, at), text.size());
    if (end - begin >= k_long_run) return {begin, end};
  }
  return {text.size(), text.size()};
}

// Whether a piece of these bytes, or what a code makes of one, may stand in such a run.
bool is_monotonous(std::string_view bytes) {
  constexpr std::size_t k_longest_period = 5;  // of base32
  constexpr std::size_t k_alike = 4;
  const std::size_t piece = std::min(bytes.size(), k_shortest_piece);
  for (std::size_t period = 1; period <= k_longest_period && period < piece; ++period) {
    const std::size_t enough = std::min(k_alike, piece - period);
    std::size_t alike = 0;
    for (std::size_t i = period; i < bytes.size(); ++i) {
      alike = fold(bytes[i]) == fold(bytes[i - period]) ? alike + 1 : 0;
      if (alike == enough) return true;
    }
  }
  return false;
}

class Index {
 public:
  void add(std::uint32_t secret, std::string_view bytes) {
    const Codes codes = secret < k_few ? Codes::all : Codes::usual;
    for (const std::string& read : charsets_of(bytes)) {
      const std::size_t size = read.size();
      if (size < k_shortest_secret) continue;
      for (const SecretForm& form : forms_of(read, codes))
        add_spelling(secret, form.text, form.own, size);
      if (size >= k_shortest_near && size < 2 * k_shortest_piece)
        near_.emplace_back(Near(to_lower(read), size < k_shortest_piece ? 1 : 2), secret);
    }
  }

  void add_as_written(std::uint32_t secret, std::string_view bytes) {
    add_spelling(secret, std::string(bytes), bytes.size(), bytes.size());
  }

  // Appends what stands in the text. Finds may overlap where secrets do.
  void search(std::string_view text, std::vector<Found>& found) const {
    search_pieces(text, found);
    for (const Spelling& spelling : short_spellings_) search_short(text, spelling, found);
    for (const auto& [near, secret] : near_) {
      for (const TextRange& range : near.search(text)) found.push_back({range, secret});
    }
  }

  // The same without secrets that are found as a whole only.
  void search_pieces(std::string_view text, std::vector<Found>& found) const {
    if (!nodes_.empty()) {
      for (std::size_t at = 0; at + k_gram <= text.size(); at += k_stride) {
        const std::uint64_t hash = gram_hash(text.data() + at);
        if ((bitmap_[hash >> bitmap_shift_ >> 6U] >> ((hash >> bitmap_shift_) & 63U) & 1U) == 0)
          continue;
        const Found best = longest(text, at, hash);
        if (best.size() == 0) continue;
        found.push_back(best);
        at = best.range.end - k_stride;
      }
    }
  }

 private:
  struct Node {
    std::uint32_t spelling;
    std::uint32_t offset;
    std::uint32_t next;
  };
  static constexpr std::uint32_t k_none = 0xFFFFFFFFU;

  // `own`: how many characters depend on the secret's `bytes` bytes alone.
  void add_spelling(std::uint32_t secret, const std::string& text, std::size_t own,
                    std::size_t bytes) {
    Spelling spelling{to_lower(text), bytes < k_shortest_piece ? own : k_shortest_piece, secret};
    if (own < k_shortest_piece) {
      spelling.text.resize(own);
      short_spellings_.push_back(std::move(spelling));
      return;
    }
    spellings_.push_back(std::move(spelling));
    const std::string& grams = spellings_.back().text;
    make_room(nodes_.size() + grams.size());
    for (std::size_t offset = 0; offset + k_gram <= grams.size(); ++offset) {
      if (bytes >= k_long && is_known(spellings_.back(), offset)) continue;
      nodes_.push_back({static_cast<std::uint32_t>(spellings_.size() - 1),
                        static_cast<std::uint32_t>(offset), k_none});
      link(nodes_.back());
    }
  }

  // Whether each piece that the gram may be of is one of another spelling already: tokens begin
  // alike, and their common beginning is looked up in each text. The first lookup finds the secret
  // itself in any case, by its own label.
  [[nodiscard]] bool is_known(const Spelling& spelling, std::size_t offset) const {
    constexpr std::size_t k_around = k_shortest_piece - k_gram;
    constexpr int k_looks = 2;  // where beginnings end, each token goes on in another way
    const std::size_t size = k_gram + 2 * k_around;
    if (spelling.shortest != k_shortest_piece || offset < k_stride) return false;
    const std::size_t begin = offset - k_around;
    const std::uint64_t hash = gram_hash(spelling.text.data() + offset);
    int left = k_looks;
    for (std::uint32_t n = heads_[hash >> head_shift_]; n != k_none && left > 0;
         n = nodes_[n].next, --left) {
      const Spelling& other = spellings_[nodes_[n].spelling];
      const bool alike = other.shortest == k_shortest_piece && nodes_[n].offset >= k_around &&
                         std::string_view(other.text).substr(nodes_[n].offset - k_around, size) ==
                             std::string_view(spelling.text).substr(begin, size);
      if (alike) return true;
    }
    return false;
  }

  void make_room(std::size_t nodes) {
    if (nodes <= heads_.size()) return;
    std::size_t bits = 10;
    while ((std::size_t{1} << bits) < 2 * nodes) ++bits;
    heads_.assign(std::size_t{1} << bits, k_none);
    tails_.assign(std::size_t{1} << bits, k_none);
    bitmap_.assign(std::size_t{1} << (bits + 3 - 6), 0);
    head_shift_ = 64 - bits;
    bitmap_shift_ = 64 - (bits + 3);
    for (Node& node : nodes_) link(node);
  }

  void link(Node& node) {
    const std::uint64_t hash = gram_hash(spellings_[node.spelling].text.data() + node.offset);
    bitmap_[hash >> bitmap_shift_ >> 6U] |= std::uint64_t{1} << ((hash >> bitmap_shift_) & 63U);
    const auto index = static_cast<std::uint32_t>(&node - nodes_.data());
    std::uint32_t& tail = tails_[hash >> head_shift_];
    (tail == k_none ? heads_[hash >> head_shift_] : nodes_[tail].next) = index;
    tail = index;
    node.next = k_none;
  }

  // The longest piece of any spelling that covers the gram at `at`; of equals a whole spelling,
  // then the secret added first.
  [[nodiscard]] Found longest(std::string_view text, std::size_t at, std::uint64_t hash) const {
    constexpr int k_looks = 64;  // at beginnings; a token's other grams find it as well
    Found best;
    int left = k_looks;
    for (std::uint32_t n = heads_[hash >> head_shift_]; n != k_none && left > 0;
         n = nodes_[n].next, --left) {
      const Spelling& spelling = spellings_[nodes_[n].spelling];
      const std::size_t offset = nodes_[n].offset;
      std::size_t before = 0;
      while (before < at && before < offset &&
             fold(text[at - before - 1]) == spelling.text[offset - before - 1])
        ++before;
      std::size_t after = 0;
      while (at + after < text.size() && offset + after < spelling.text.size() &&
             fold(text[at + after]) == spelling.text[offset + after])
        ++after;
      if (after < k_gram || before + after < spelling.shortest) continue;
      const Found found{.range = {at - before, at + after},
                        .secret = spelling.secret,
                        .whole = before + after == spelling.text.size(),
                        .plain = true};
      const auto rank = [](const Found& f) { return std::tuple(f.size(), f.whole, ~f.secret); };
      if (rank(found) > rank(best)) best = found;
    }
    return best;
  }

  static void search_short(std::string_view text, const Spelling& spelling,
                           std::vector<Found>& found) {
    auto from = text.begin();
    while (true) {
      from = std::search(from, text.end(), spelling.text.begin(), spelling.text.end(),
                         [](char a, char b) { return fold(a) == b; });
      if (from == text.end()) return;
      const auto begin = static_cast<std::size_t>(from - text.begin());
      found.push_back({.range = {begin, begin + spelling.text.size()},
                       .secret = spelling.secret,
                       .whole = true,
                       .plain = true});
      from += static_cast<std::ptrdiff_t>(spelling.text.size());
    }
  }

  std::vector<Spelling> spellings_;
  std::vector<Spelling> short_spellings_;
  std::vector<std::pair<Near, std::uint32_t>> near_;
  std::vector<Node> nodes_;  // chained by gram
  std::vector<std::uint32_t> heads_, tails_;
  std::vector<std::uint64_t> bitmap_;
  std::size_t head_shift_ = 0;
  std::size_t bitmap_shift_ = 0;
};

}  // namespace

struct Redactor::State {
  mutable std::shared_mutex mutex;
  std::vector<std::string> labels;              // by secret
  std::unordered_set<std::string> known, seen;  // in every spelling; as written
  Index index;
  bool monotonous = false;  // a secret may stand in a long run of one character

  // Appends what stands in the text as it is, and as each reader of it would have it. `widen` says
  // that its escapes have to stay whole.
  void read(std::string_view text, int depth, std::string_view introducers, bool widen,
            std::vector<Found>& found) const {
    const std::size_t begun = found.size();
    index.search(text, found);
    Unescaped view;
    const auto read_on = [&](int left, std::string_view escapes, bool coded) {
      std::size_t done = found.size();
      if (coded && !may_be_text(view.text)) {
        index.search(view.text, found);
      } else {
        read(view.text, left, escapes, !coded, found);
      }
      for (; done < found.size(); ++done) {
        found[done].range = view.original(found[done].range);
        found[done].plain = false;
      }
    };
    search_squeezed(text, found);
    if (depth > 1) {
      const SpelledSet ways = may_spell(text);
      for (const Spelled how : k_spelled) {
        if (ways.has(how) && read_spelled(text, how, view)) read_on(depth - 2, introducers, false);
      }
      const auto read_code = [&](const Coded& coded) {
        for (unsigned skip = 0; !coded.empty() && skip < coded.alignments(); ++skip) {
          if (coded.read(skip, view)) read_on(depth - 2, introducers, true);
        }
      };
      if (introducers.size() > 1) {
        const Coded base64(text, Code::base64);
        const CodeSet codes = base64.may_be();
        if (codes.has(Code::base64)) read_code(base64);
        for (const Code code : k_other_codes) {
          if (codes.has(code)) read_code(Coded(base64, code));
        }
      }
    }
    if (depth > 0 && unchunk(text, view)) read_on(depth - 1, introducers, false);
    if (depth == 0 || !unescape(text, view, introducers)) return;
    read_on(depth - 1, introducers, false);
    for (std::size_t i = begun; widen && i < found.size(); ++i)
      found[i].range = view.widened(found[i].range);
    // Among escapes of several kinds, those of one may be meant literally: %20 before a \u0041.
    const auto introducer = [&](const Unescaped::Escape& e) { return text[e.written.begin]; };
    if (depth < k_depth || introducers.size() == 1 ||
        std::ranges::adjacent_find(view.escapes, std::ranges::not_equal_to{}, introducer) ==
            view.escapes.end())
      return;
    for (std::size_t i = 0; i < introducers.size(); ++i) {
      const std::string_view one = introducers.substr(i, 1);
      if (unescape(text, view, one)) read_on(depth - 1, one, false);
    }
  }

  // What stands between the separators of a find, each on its own, so that they stay. Beside a
  // piece that is long enough by itself, a few characters are chance; without a separator the find
  // is one of the text as it is.
  void search_squeezed(std::string_view text, std::vector<Found>& found) const {
    std::vector<Found> finds;
    const Squeezed squeezed = squeeze(text);
    index.search_pieces(squeezed.text, finds);
    for (const Found& each : finds) {
      const std::vector<TextRange> groups = squeezed.original(each.range);
      if (groups.size() == 1) continue;
      const auto size = [](const TextRange& range) { return range.end - range.begin; };
      const bool alone =
          std::ranges::all_of(groups, [&](const auto& g) { return size(g) < k_shortest_piece; });
      bool further = false;
      for (const TextRange& group : groups) {
        if (!alone && size(group) < k_shortest_piece / 2) continue;
        found.push_back(
            {.range = group, .secret = each.secret, .further = std::exchange(further, true)});
      }
    }
  }

  // All there is, widened to whole escapes; the earlier first, of those the longer, then the whole.
  [[nodiscard]] std::vector<Found> search(std::string_view text) const {
    std::vector<Found> found;
    read(text, k_depth, k_escapes, true, found);
    drop_chance(text, found);
    // A bare quotation mark at an end is more likely the text's than the secret's, and JSON's for
    // sure; one that belongs to an escape comes back with it.
    for (Found& each : found) {
      TextRange& range = each.range;
      while (range.begin + 1 < range.end && text[range.begin] == '"') ++range.begin;
      while (range.begin + 1 < range.end && text[range.end - 1] == '"') --range.end;
    }
    Unescaped decoded;
    if (!found.empty() && unescape(text, decoded)) {
      for (Found& each : found) each.range = decoded.widened(each.range);
    }
    std::ranges::sort(found, {}, [](const Found& f) {
      return std::tuple(f.range.begin, ~f.range.end, f.further, !f.whole, f.secret);
    });
    return found;
  }

  void clean_into(std::string& out, std::string_view text) const {
    std::size_t end = 0;                // of what is written or replaced
    std::optional<std::uint32_t> last;  // the secret that ends there
    for (const Found& found : search(text)) {
      if (found.range.end <= end) continue;
      if (found.range.begin > end) {
        out += text.substr(end, found.range.begin - end);
        last.reset();
      }
      if (found.secret != last && !found.further) out += labels[found.secret];
      last = found.secret;
      end = found.range.end;
    }
    out += text.substr(end);
  }
};

Redactor::Redactor() : state_(std::make_unique<State>()) {}
Redactor::~Redactor() = default;
Redactor::Redactor(Redactor&&) noexcept = default;
Redactor& Redactor::operator=(Redactor&&) noexcept = default;

void Redactor::add(std::string_view label, std::string_view bytes) {
  if (bytes.size() < k_shortest_secret) return;
  const std::unique_lock lock(state_->mutex);
  if (!state_->known.emplace(bytes).second) return;
  state_->monotonous = state_->monotonous || is_monotonous(bytes);
  state_->index.add(static_cast<std::uint32_t>(state_->labels.size()), bytes);
  state_->labels.push_back("«" + std::string(label) + "»");
}

void Redactor::add_as_written(std::string_view label, std::string_view bytes) {
  if (bytes.size() < k_shortest_secret) return;
  const std::unique_lock lock(state_->mutex);
  if (state_->known.contains(std::string(bytes)) || !state_->seen.emplace(bytes).second) return;
  state_->monotonous = state_->monotonous || is_monotonous(bytes);
  state_->index.add_as_written(static_cast<std::uint32_t>(state_->labels.size()), bytes);
  state_->labels.push_back("«" + std::string(label) + "»");
}

std::size_t Redactor::size() const {
  const std::shared_lock lock(state_->mutex);
  return state_->labels.size();
}

std::string Redactor::clean(std::string_view text) const {
  std::string out;
  clean_into(out, text);
  return out;
}

void Redactor::clean_into(std::string& out, std::string_view text) const {
  const std::shared_lock lock(state_->mutex);
  std::size_t done = 0;
  while (done < text.size()) {
    const TextRange run =
        state_->monotonous ? TextRange{text.size(), text.size()} : long_run(text, done);
    const bool cut = run.begin < run.end;
    const std::size_t end = cut ? run.begin + k_run_left : text.size();
    state_->clean_into(out, text.substr(done, end - done));
    done = cut ? run.end - k_run_left : end;
    out += text.substr(end, done - end);
  }
}

}  // namespace keyward
