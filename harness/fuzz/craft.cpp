// SPDX-License-Identifier: Apache-2.0
#include "harness/fuzz/craft.h"

#include <algorithm>

#include "harness/base/text.h"
#include "harness/catalogue/slots.h"
#include "harness/syntax/base64.h"
#include "harness/syntax/field.h"
#include "harness/syntax/form.h"

namespace keyward {
namespace {

void change(const FuzzInput& input, Layer layer, std::string& text) {
  for (const Change& each : input.changes) {
    if (each.layer == layer) make_change(each, text);
  }
}

std::string without(std::string_view text, std::string_view bytes) {
  std::string out;
  for (const char c : text) {
    if (!bytes.contains(c)) out += c;
  }
  return out;
}

// The piece `name=value` with that name among the pieces of a query or form, or -1.
int piece_index(const std::vector<std::string>& pieces, std::string_view name) {
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const std::string_view raw = std::string_view(pieces[i]).substr(0, pieces[i].find('='));
    if (decode_form(raw) == name) return static_cast<int>(i);
  }
  return -1;
}

// Bends the credential's own piece; `twin` is the same piece with a twin's secret.
void bend_piece(const FuzzInput& input, std::vector<std::string>& pieces, std::string_view name,
                const std::string& twin) {
  const int at = piece_index(pieces, name);
  if (at < 0) return;
  change(input, Layer::piece, pieces[static_cast<std::size_t>(at)]);
  for (const Change& each : input.changes) {
    if (each.layer != Layer::piece || each.deed != Deed::again) continue;
    pieces.insert(each.at == 0 ? pieces.begin() + at : pieces.end(), twin);
  }
}

void bend_field(const FuzzInput& input, Request& request, std::string_view name,
                const RequestField& twin) {
  const auto own = std::ranges::find_if(request.fields, [&](const RequestField& field) {
    return equals_ignoring_case(field.name, name);
  });
  if (own == request.fields.end()) return;
  std::string line = own->name + ": " + own->value;
  const std::string before = line;
  change(input, Layer::field, line);
  line = without(line, "\r\n");
  if (line != before) own->line = line;
  if (line.empty()) own->line = ":";
  const auto at = own - request.fields.begin();
  for (const Change& each : input.changes) {
    if (each.layer != Layer::field || each.deed != Deed::again) continue;
    request.fields.insert(each.at == 0 ? request.fields.begin() + at : request.fields.end(), twin);
  }
}

}  // namespace

bool touches(const FuzzInput& input, Layer layer) {
  return std::ranges::any_of(input.changes,
                             [&](const Change& each) { return each.layer == layer; });
}

std::vector<Layer> layers_of(const SecurityScheme& scheme, bool target) {
  std::vector<Layer> layers = {Layer::secret};
  const Slot slot = scheme.carriers[secret_index(scheme)].slot;
  if (scheme.type == SchemeType::basic) {
    layers.insert(layers.end(), {Layer::user_id, Layer::user_pass, Layer::wire});
  }
  if (urlencoded(slot) || slot == Slot::json) layers.push_back(Layer::wire);
  if (urlencoded(slot)) layers.push_back(Layer::piece);
  if (!urlencoded(slot) && slot != Slot::json) layers.push_back(Layer::field);
  if (target) layers.push_back(Layer::target);
  return layers;
}

Crafted craft(const FuzzInput& input, const Ground& ground) {
  Crafted made{.request = ground.bare};
  Random random(0);
  Edit edit(made.request, ground.context, {}, random);
  const SecurityScheme& scheme = *ground.context.scheme;
  const Carrier& carrier = edit.carrier();
  const bool absent = input.base == Base::absent;

  std::string user(edit.user_id());
  std::string secret(absent                     ? std::string_view()
                     : input.base == Base::twin ? edit.twin()
                                                : edit.secret());
  change(input, Layer::user_id, user);
  change(input, Layer::secret, secret);
  std::string wire;
  if (edit.is_basic()) {
    const bool secret_first = carrier.slot == Slot::basic_user_id;
    std::string pair = secret_first ? secret + ":" : user + ":" + secret;
    change(input, Layer::user_pass, pair);
    wire = encode_base64(pair);
    if (pair.size() > secret.size()) made.sent.emplace_back(scheme.id, wire);
  } else {
    wire = encode(carrier.slot, secret);
  }
  change(input, Layer::wire, wire);
  if (field_of(carrier).empty() == false) wire = without(wire, "\r\n");
  // White space ends a target for whoever reads the request line as words (RFC 9112 section 3).
  if (urlencoded(carrier.slot)) wire = without(wire, "\r\n \t\v\f");

  const bool beyond_target = std::ranges::any_of(
      input.changes, [](const Change& each) { return each.layer != Layer::target; });
  made.placed = !absent || beyond_target;
  if (made.placed) {
    edit.put_wire(wire);
    made.secret = secret;
    if (!secret.empty()) made.sent.emplace_back(scheme.id, secret);
    if (input.base == Base::valid && secret != edit.secret())
      made.sent.emplace_back(scheme.id, std::string(edit.secret()));
    const std::string twin = edit.wire(edit.twin());
    if (carrier.slot == Slot::query) {
      bend_piece(input, made.request.query, carrier.name, encode_form(carrier.name) + "=" + twin);
      for (std::string& piece : made.request.query) piece = without(piece, "\r\n ");
    } else if (carrier.slot == Slot::form) {
      std::vector<std::string> pieces;
      for (const std::string_view piece : split(made.request.body, '&')) pieces.emplace_back(piece);
      bend_piece(input, pieces, carrier.name, encode_form(carrier.name) + "=" + twin);
      made.request.body = join(pieces, "&");
    } else if (const std::string_view field = field_of(carrier); !field.empty()) {
      RequestField other{std::string(field), field_value(carrier.slot, twin), {}};
      if (carrier.slot == Slot::cookie) other.value = carrier.name + "=" + twin;
      bend_field(input, made.request, field, other);
    }
  }
  if (touches(input, Layer::target)) {
    std::string target = made.request.request_target();
    change(input, Layer::target, target);
    made.request.target = without(target, "\r\n ");
    if (made.request.target.empty()) made.request.target = "/";
  }
  return made;
}

}  // namespace keyward
