// SPDX-License-Identifier: Apache-2.0
// Engine: what all players of a run share: credentials that must be issued first, the objects a run
// made, the controls, the checks' board. One thread; everything here is called from the transport's
// loop.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/base/redactor.h"
#include "harness/model/spec.h"
#include "harness/oracle/controls.h"
#include "harness/plan/case.h"
#include "harness/run/assemble.h"
#include "harness/run/board.h"
#include "harness/run/curl_line.h"
#include "harness/run/gate.h"
#include "harness/run/keyring.h"
#include "harness/run/options.h"

namespace keyward {

/// The controls of one operation and scheme, and the answers they gave.
struct ControlSet {
  Controls controls;
  std::optional<Response> valid, absent, foreign_valid;
};

/// A credential that an answer issued.
struct Issued {
  std::string secret, id;
  std::vector<std::pair<std::string, std::string>> also;  ///< value, bytes: what came with it
  double lifetime = 0;  ///< seconds, as reported or as an expiry date says; 0: none stated
};

class Engine {
 public:
  Engine(const Spec& the_spec, const RunOptions& the_options, std::vector<Endpoint> the_endpoints,
         Keyring the_keyring, Redactor& the_redactor, Transport& the_transport, double rate,
         Progress& the_progress);

  const Spec& spec;
  const RunOptions& options;
  const std::vector<Endpoint> endpoints;
  Keyring keyring;
  Redactor& redactor;
  Transport& transport;
  Gate gate;
  Board board;
  /// Called when checks see their first answer, or their first breach, at an operation and scheme.
  std::function<void(const Operation&, const std::string& scheme, const std::vector<CheckEntry*>&)>
      on_look;
  Random random;  ///< for what belongs to no case

  /// Turns the loop until `done`, or until nothing is left to wait for.
  void turn_until(const std::function<bool()>& done);
  [[nodiscard]] bool interrupted() const {
    return options.interrupted != nullptr && options.interrupted->load();
  }

  [[nodiscard]] int endpoint_index(const Operation& operation) const;  ///< -1: no target
  [[nodiscard]] const Endpoint& endpoint(const Operation& operation) const {
    return endpoints[static_cast<std::size_t>(endpoint_index(operation))];
  }
  /// Who sends the step's request.
  [[nodiscard]] const Principal& actor(const Step& step) const {
    return step.actor != nullptr ? *step.actor : keyring.member();
  }
  [[nodiscard]] ControlSet* controls(const Operation& operation, const Alternative* alternative);
  /// The alternative's controls, else those of the operation's first secured alternative.
  [[nodiscard]] ControlSet* likely_controls(const Operation& operation,
                                            const Alternative* alternative);
  ControlSet& make_controls(const Operation& operation, const Alternative& alternative);

  /// The principal's values in the alternative that the API itself must issue.
  [[nodiscard]] std::vector<std::string> issued_values(const Principal& who,
                                                       const Alternative& alternative) const;
  using Ready = std::function<void(std::string problem)>;  ///< empty: all is well
  /// Sees to it that the principal holds a live value of every scheme in the alternative, issuing
  /// what must be issued.
  void with_values(const Principal& who, const Alternative& alternative,
                   std::string_view except_value, Ready ready);
  using ObjectReady = std::function<void(const std::string& problem, const std::string& id)>;
  /// Sees to it that there is what the operation's path names by {id}, one that the run keeps for
  /// all of its kind, and gives its id.
  void with_kept_object(const Operation& operation, ObjectReady ready);
  /// Makes one that nobody else knows: for what may destroy it.
  void with_new_object(const Operation& operation, const ObjectReady& ready);
  /// The kept one's id; empty where there is none yet.
  [[nodiscard]] std::string kept_object(const Operation& operation) const;

  /// Reads what an issuing operation's answer gave, hides it from outputs, and remembers to remove
  /// it in the end.
  std::optional<Issued> learn(const Operation& operation, const Exchange& exchange,
                              const Principal& who);
  /// The same of a refusal, which may give a credential all the same.
  std::optional<Issued> learn_refused(const Operation& operation, const Exchange& exchange,
                                      const Principal& who);
  /// Takes what was issued for what the principal holds from here on.
  void hold(const Operation& issuer, const Issued& issued, const Principal& who);
  /// Credentials that a `reveals` answer shows: known ones and look-alikes; hidden from outputs.
  std::vector<std::string> revealed(const Operation& operation, const Response& response);
  /// Hides what an answer gives that is not learned, or not yet: whatever stands where the
  /// operation issues credentials, or looks like one that the run holds.
  void hide_unlearned(const Operation& operation, const Exchange& exchange, const Principal& who);
  /// Forgets an object that the run itself removed.
  void removed(const std::string& id);
  /// Removes objects of those ids, where the run made them and can: what a case is done with.
  void discard(const std::vector<std::string>& ids);
  /// Lets go of what was issued to the principal for the alternative, and no longer opens it: the
  /// next that needs it issues it anew. False where nothing of it was issued.
  bool renounce(const Principal& who, const Alternative& alternative);

  /// What was issued may take a moment until every replica knows it, or until it is made at all
  /// (202). So long a refusal of it is not believed; where one was, what is issued from then on is
  /// used after the time that it took.
  [[nodiscard]] double grace_of_issued() const;
  void takes_effect_after(double seconds) { effect_ = std::max(effect_, seconds); }
  [[nodiscard]] double takes_effect() const { return effect_; }

  /// From now on the API is known to keep one live credential of that kind a user: what is issued
  /// last is what its principal holds.
  void issues_one_at_a_time(const std::string& value) { sole_.insert(value); }
  [[nodiscard]] bool one_at_a_time() const { return !sole_.empty(); }
  /// Whether a call of it makes or ends such a credential, or is about one.
  [[nodiscard]] bool takes_turns(const Operation& operation) const;
  /// Lets go of all that was issued to be held.
  void forget_issued();
  /// Lets go of such credentials: who knows what the last case did to them.
  void forget_turns();
  /// Removes what the run made and still holds. Calls back when all of it is gone.
  void clean_up(std::function<void()> done);

  /// Tokens and ids issued so far, for the uniqueness check.
  std::vector<std::string> peers;

  [[nodiscard]] std::vector<NamedSecret> named_secrets() const;
  /// The documented request of an operation with a party's credential, as a control or for upkeep.
  [[nodiscard]] Request documented(const Operation& operation, const Alternative* alternative,
                                   const Principal& who, const std::string& id,
                                   const BodyChanges& changes = {});
  [[nodiscard]] Lookup lookup(const Principal& who, std::string id, std::string chosen = {},
                              std::string canary = {}) const;
  /// A connection of its own for a script's requests.
  [[nodiscard]] std::uint64_t new_lane() { return ++lanes_; }
  /// Wraps a request for the wire.
  [[nodiscard]] Outgoing outgoing(const Request& request, const Operation& operation,
                                  Outgoing::Company company, bool fresh) const;

 private:
  struct Upkeep {  // something obtained once and waited for by many
    bool busy = false;
    std::string id;
    std::vector<Ready> waiting;
    /// Calls those who wait: empty: all is well.
    void done(const std::string& problem);
  };
  struct Made {
    std::string id;
    const Principal* maker = nullptr;
    const Operation* issuer = nullptr;
    std::string secret;
  };
  void remove_object(const Made& made);
  void when_in_effect(std::function<void()> then);
  std::optional<Issued> read_issued(const Operation& operation, const Exchange& exchange,
                                    const Principal& who);
  void hide_documented(const Operation& operation, const Response& response, const Principal& who);
  void hide_words(const Operation& operation, const Exchange& exchange);
  void issue_value(const Principal& who, const std::string& value, Ready ready);
  void with_next_value(const Principal& who, std::vector<std::string> values, Ready ready);

  std::map<std::pair<const Operation*, std::string>, std::unique_ptr<ControlSet>> controls_;
  std::map<std::pair<const Principal*, const Operation*>, Upkeep> issuing_;
  std::map<const Operation*, Upkeep> kept_objects_;  // by what made them
  std::uint64_t lanes_ = 0;
  std::vector<Made> made_;
  double effect_ = 0;                  // seconds
  bool processes_ = false;             // it issues with 202
  std::set<std::string> sole_;         // values of which a principal has one alive at a time
  std::size_t removing_ = 0;           // removals on their way
  std::function<void()> all_removed_;  // waits for them
};

/// Whether an issuing operation says, to the right credential, that as much lives as it allows: by
/// another status than it has for no credential. `controls` may be null.
[[nodiscard]] bool says_full(const ControlSet* controls, const Exchange& exchange);

/// Content-Type for a body that placing a credential made, or would have made: a request from which
/// the credential is left out is a form or an object still, lest it be refused for its type alone.
void settle_body(Request& request, const Spec& spec, const Alternative* alternative);

}  // namespace keyward
