// SPDX-License-Identifier: Apache-2.0
#include "harness/base/near.h"

#include <algorithm>

namespace keyward {
namespace {

// A column of the table of edit distances, as its vertical differences.
class Column {
 public:
  // `anywhere`: the word may begin at any place of the text, else at the first alone.
  Column(std::size_t size, bool anywhere)
      : last_(std::uint32_t{1} << (size - 1)),
        first_(anywhere ? 0 : 1),
        distance_(static_cast<int>(size)) {}

  // The distance of the word to what ends with the byte whose mask this is.
  int next(std::uint32_t mask) {
    const std::uint32_t x = mask | minus_;
    const std::uint32_t zero = ((x & plus_) + plus_) ^ plus_;
    const std::uint32_t d = zero | x;
    const std::uint32_t rise = minus_ | ~(plus_ | d);
    const std::uint32_t fall = plus_ & d;
    if ((rise & last_) != 0) ++distance_;
    if ((fall & last_) != 0) --distance_;
    const std::uint32_t risen = (rise << 1U) | first_;
    plus_ = (fall << 1U) | ~(d | risen);
    minus_ = d & risen;
    return distance_;
  }

 private:
  std::uint32_t plus_ = ~std::uint32_t{0};
  std::uint32_t minus_ = 0;
  std::uint32_t last_;
  std::uint32_t first_;
  int distance_;
};

}  // namespace

Near::Near(std::string_view word, int errors) : size_(word.size()), errors_(errors) {
  for (std::size_t i = 0; i < size_; ++i) {
    const auto c = static_cast<unsigned char>(word[i]);
    const std::size_t at[] = {c, c >= 'a' && c <= 'z' ? c - 0x20U : c};
    for (const std::size_t each : at) {
      forward_[each] |= std::uint32_t{1} << i;
      backward_[each] |= std::uint32_t{1} << (size_ - 1 - i);
    }
  }
}

// The last place from which the text up to `end` has that distance.
std::size_t Near::begin_of(std::string_view text, std::size_t end, int distance) const {
  Column column(size_, false);
  for (std::size_t at = end; at > 0; --at) {
    if (column.next(backward_[static_cast<unsigned char>(text[at - 1])]) <= distance) return at - 1;
  }
  return 0;
}

std::vector<TextRange> Near::search(std::string_view text) const {
  std::vector<TextRange> found;
  Column column(size_, true);
  int best = errors_ + 1;
  std::size_t end = 0;
  const auto close = [&] {
    if (best <= errors_) found.push_back({begin_of(text, end, best), end});
    best = errors_ + 1;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int distance = column.next(forward_[static_cast<unsigned char>(text[i])]);
    if (best <= errors_ && i + 1 > end + size_ / 2) close();
    if (distance < best) {
      best = distance;
      end = i + 1;
    }
  }
  close();
  return found;
}

}  // namespace keyward
