// SPDX-License-Identifier: Apache-2.0
#include "harness/cli/arguments.h"

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "harness/base/text.h"
#include "harness/cli/quantities.h"
#include "reports/report.h"

namespace keyward {
namespace {

constexpr const char* k_about =
    "Keyward checks that an API's authentication opens for every credential its documentation says "
    "it opens for, and for nothing else.";
constexpr const char* k_codes =
    "Exit codes:\n"
    "  0  conformant\n"
    "  1  a must-failure (with --strict, a should-failure too)\n"
    "  2  the command line, the spec or a file is wrong\n"
    "  3  nothing failed, but something that matters could not be observed\n"
    "  4  refused by a safety rail\n"
    "  130  interrupted, resumable\n";

std::string example(std::string_view lines) { return fmt::format("Example:\n{}", lines); }

/// An option whose text `parse` understands; `wanted` says in a message what it should be.
template <class Value>
CLI::Option* parsed(CLI::App& app, const std::string& name, Value& into,
                    std::optional<Value> (*parse)(std::string_view), const std::string& wanted,
                    const std::string& says) {
  const auto take = [name, &into, parse, wanted](const std::string& text) {
    const std::optional<Value> value = parse(text);
    if (!value) throw CLI::ValidationError(name, fmt::format("'{}' is not {}", text, wanted));
    into = *value;
  };
  return app.add_option_function<std::string>(name, take, says);
}

/// An option that may be repeated, and takes a list with commas.
void list(CLI::App& app, const std::string& name, std::vector<std::string>& into,
          const std::string& says) {
  app.add_option(name, into, says)->type_name("GLOB,")->delimiter(',')->allow_extra_args(false);
}

void add_filters(CLI::App& app, std::vector<std::string>& only, std::vector<std::string>& skip,
                 int& shard, int& shards) {
  list(app, "--only", only, "only cases whose id matches, such as '*/apiKeyQuery/*'");
  list(app, "--skip", skip, "leave out cases whose id matches");
  const auto take = [&shard, &shards](const std::string& text) {
    const auto parts = parse_shard(text);
    if (!parts)
      throw CLI::ValidationError("--shard", fmt::format("'{}' is not i/n, such as 1/4", text));
    std::tie(shard, shards) = *parts;
  };
  app.add_option_function<std::string>("--shard", take, "the i-th of n parts of the cases")
      ->type_name("i/n");
}

std::string report_names() {
  std::vector<std::string> names;
  for (const Writer& writer : all_writers()) names.emplace_back(writer.name);
  return join(names, ", ");
}

void add_reports(CLI::App& app, std::vector<ReportRequest>& reports) {
  const auto take = [&reports](const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
      const auto named = parse_assignment(text);
      const std::string format = named ? named->first : text;
      if (find_writer(format) == nullptr) {
        std::vector<std::string> names;
        for (const Writer& writer : all_writers()) names.emplace_back(writer.name);
        const std::string near = closest(format, names);
        throw CLI::ValidationError(
            "--report", fmt::format("there is no format '{}'; {}", format,
                                    near.empty() ? "there are " + report_names()
                                                 : fmt::format("did you mean '{}'?", near)));
      }
      reports.push_back({format, named ? named->second : ""});
    }
  };
  app.add_option_function<std::vector<std::string>>(
         "--report", take,
         fmt::format("write a report ({}); without FILE into the run's directory", report_names()))
      ->type_name("FORMAT[=FILE],")
      ->delimiter(',')
      ->allow_extra_args(false);
}

void add_display(CLI::App& app, Display& display) {
  app.add_flag("-q,--quiet", display.quiet, "no progress; the verdict line alone");
  app.add_flag("-v,--verbose", display.verbose, "each case as it ends, and all findings");
  app.add_flag("--json", display.json, "results.json on standard output, in place of the summary");
  app.add_flag("--no-color", display.no_color, "no colours (NO_COLOR does the same)");
}

void add_jobs(CLI::App& app, std::size_t& jobs, const std::string& says) {
  const auto take = [&jobs](const std::string& text) {
    const auto count = parse_count(text);
    if (!count || *count < 1 || *count > 1024)
      throw CLI::ValidationError("--jobs", fmt::format("'{}' is not between 1 and 1024", text));
    jobs = *count;
  };
  app.add_option_function<std::string>("--jobs", take, says)->type_name("N");
}

/// What `run` and `replay` share: where, with which secrets, how politely.
void add_manners(CLI::App& app, RunArguments& run) {
  app.add_option("--target", run.target,
                 "where the servers are: URL, or NAME=URL,... by the spec's names; else "
                 "KEYWARD_TARGET of the environment or the secrets file")
      ->type_name("URL");
  app.add_option("--secrets-file", run.secrets_file,
                 "lines NAME=value, which go before the environment's; keep it to yourself "
                 "(chmod 600)")
      ->type_name("FILE");
  const auto hook = [&run](const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
      const auto named = parse_assignment(text);
      if (!named || named->second.empty())
        throw CLI::ValidationError("--hook", fmt::format("'{}' is not NAME=COMMAND", text));
      run.hooks.push_back(*named);
    }
  };
  app.add_option_function<std::vector<std::string>>(
         "--hook", hook,
         "a step outside HTTP that the spec names; /bin/sh runs it with KEYWARD_HOOK and the "
         "spec's values in its environment, and it prints one JSON object")
      ->type_name("NAME=COMMAND")
      ->allow_extra_args(false);
  RunOptions& options = run.options;
  parsed(app, "--hook-timeout", run.hook_timeout, parse_seconds, "seconds, such as 60",
         "how long a hook may take; 60")
      ->type_name("SECONDS");
  parsed(app, "--timeout", options.timeout, parse_seconds, "seconds, such as 10 or 500ms",
         "how long an exchange may take; 10")
      ->type_name("SECONDS");
  parsed(app, "--max-wait", options.max_wait, parse_seconds, "seconds, such as 65",
         "how long a case may wait for an expiry or a revocation; 65")
      ->type_name("SECONDS");
  parsed(app, "--rate", options.rate, parse_rate, "a rate, such as 20/s or 90/m",
         "requests a second; else the spec's limit, or none")
      ->type_name("N/s");
  add_jobs(app, options.jobs, "exchanges in flight; 16");
  app.add_option("--cacert", options.transport.cacert, "PEM file of trusted certificates")
      ->type_name("FILE");
  app.add_option("--cert", options.transport.cert, "PEM file of the client's certificate")
      ->type_name("FILE");
  app.add_option("--key", options.transport.key, "PEM file of its private key")->type_name("FILE");
  app.add_flag("--insecure", options.transport.insecure, "do not check the server's certificate");
  app.add_flag("--proxy-from-environment", options.transport.proxy_from_environment,
               "use https_proxy and http_proxy; else no proxy at all");
  app.add_flag("--allow-plaintext", options.allow_plaintext,
               "plain http to more than this machine");
  app.add_flag("--allow-production", options.allow_production,
               "a server that the spec marks as production");
}

void add_depth(CLI::App& app, Depth& depth) {
  const auto take = [&depth](const std::string& text) {
    const auto known = depth_from(text);
    if (known) {
      depth = *known;
      return;
    }
    const std::string near = closest(text, {"quick", "standard", "exhaustive"});
    throw CLI::ValidationError("--depth",
                               fmt::format("there is no depth '{}'; {}", text,
                                           near.empty() ? "there are quick, standard and exhaustive"
                                                        : fmt::format("did you mean '{}'?", near)));
  };
  app.add_option_function<std::string>("--depth", take,
                                       "quick: the most telling cases, without long waits; "
                                       "standard; exhaustive: combinations as well")
      ->type_name("DEPTH");
}

void add_seed(CLI::App& app, std::uint64_t& seed, const std::string& says) {
  parsed(app, "--seed", seed, parse_count, "a decimal number", says)->type_name("N");
}

class Parser {
 public:
  Parser() : app_(k_about, "keyward") {
    app_.set_version_flag("--version", "keyward " KEYWARD_VERSION);
    app_.footer(std::string(k_codes) + "\n" + example("  keyward demo\n  keyward run --help"));
    app_.allow_extras();
    add_run();
    add_demo();
    add_plan();
    add_lint();
    add_serve();
    add_selftest();
    add_explain();
    add_replay();
    add_report();
    add_difftest();
    add_fuzz();
  }

  std::variant<Command, Printed> parse(int argc, const char* const* argv) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::Success& asked) {  // --help, --version
      return Printed{asked_text(asked), 0};
    } catch (const CLI::ParseError& error) {
      if (const auto stray = strays()) return *stray;
      return wrong(error.what());
    }
    if (const auto stray = strays()) return *stray;
    for (Entry& entry : entries_) {
      if (!entry.app->parsed()) continue;
      for (const auto& [missing, what] : entry.needs) {
        if (missing()) return wrong(fmt::format("{} is missing", what));
      }
      return entry.command();
    }
    return Printed{app_.help(), 2};
  }

 private:
  struct Entry {
    CLI::App* app;
    std::function<Command()> command;
    std::vector<std::pair<std::function<bool()>, std::string>> needs = {};
  };

  template <class Arguments>
  Entry& add(const std::string& name, const Arguments& arguments, const std::string& says,
             std::string_view examples) {
    CLI::App* app = app_.add_subcommand(name, says);
    app->allow_extras();
    app->footer(example(examples));
    entries_.push_back({app, [&arguments] { return Command(arguments); }});
    return entries_.back();
  }

  void add_run() {
    Entry& entry = add("run", run_, "Test an API against its spec: the main job",
                       "  keyward run specs/fulcrum.yaml --target https://staging.example\n"
                       "  keyward run appcircle --target auth=https://auth.example,api=https://api"
                       ".example --report junit=junit.xml");
    CLI::App& app = *entry.app;
    app.add_option("SPEC", run_.specs, "spec files, or names of shipped specs")->type_name("");
    entry.needs.emplace_back([this] { return run_.specs.empty(); }, "SPEC");
    app.add_option("--out", run_.options.out,
                   "directory of the run (keyward-out); of several SPECs, each gets one in it")
        ->type_name("DIR");
    add_reports(app, run_.reports);
    add_filters(app, run_.options.only, run_.options.skip, run_.options.shard, run_.options.shards);
    add_depth(app, run_.options.depth);
    app.add_flag("--resume", run_.options.resume, "go on with the run in --out");
    app.add_flag("--strict", run_.options.strict, "a should-failure also fails the run");
    app.add_flag("--probe-limits", run_.options.probe_limits,
                 "also send many wrong credentials in a row, to see whether they are limited");
    app.add_flag("--http2", run_.options.transport.http2,
                 "speak HTTP/2; what it cannot say is skipped");
    app.add_flag(
        "--no-minimise{false}", run_.options.minimise,
        "do not look for the least request that shows a finding (at most 40 requests each)");
    add_seed(app, run_.options.seed, "of all that is random in the plan; 1");
    add_manners(app, run_);
    add_display(app, run_.display);
  }

  void add_demo() {
    CLI::App& app =
        *add("demo", demo_, "Reference target, run and report without set-up, and one fault caught",
             "  keyward demo\n  keyward demo sociocs --out /tmp/demo")
             .app;
    app.add_option("SPEC", demo_.spec, "a spec file, or the name of a shipped spec; fulcrum")
        ->type_name("");
    app.add_option("--out", demo_.out, "directory of the run; keyward-out")->type_name("DIR");
    add_depth(app, demo_.depth);
    add_reports(app, demo_.reports);
    add_display(app, demo_.display);
  }

  void add_plan() {
    Entry& entry = add("plan", plan_, "Show the cases of a spec, without sending anything",
                       "  keyward plan fulcrum --only '*/lifecycle/*'\n"
                       "  keyward plan fulcrum --depth exhaustive\n"
                       "  keyward plan --catalogue --format markdown");
    CLI::App& app = *entry.app;
    app.add_option("SPEC", plan_.spec, "a spec file, or the name of a shipped spec")->type_name("");
    entry.needs.emplace_back([this] { return plan_.spec.empty() && !plan_.catalogue; },
                             "SPEC (or --catalogue)");
    app.add_flag("--catalogue", plan_.catalogue, "every mutation, scenario and check instead");
    app.add_option("--format", plan_.format, "text, json or markdown; text")
        ->check(CLI::IsMember({"text", "json", "markdown"}))
        ->type_name("FORMAT");
    add_depth(app, plan_.depth);
    add_filters(app, plan_.only, plan_.skip, plan_.shard, plan_.shards);
  }

  void add_lint() {
    Entry& entry = add("lint", lint_, "Check specs, and say what their documents leave unsaid",
                       "  keyward lint specs/mine.yaml");
    entry.app->add_option("SPEC", lint_.specs, "spec files, or names of shipped specs")
        ->type_name("");
    entry.needs.emplace_back([this] { return lint_.specs.empty(); }, "SPEC");
    entry.app->add_flag("--json", lint_.json, "the problems as JSON");
  }

  void add_serve() {
    Entry& entry =
        add("serve", serve_, "Start the reference target: a server as the spec documents",
            "  keyward serve fulcrum > fulcrum.env &\n"
            "  keyward run fulcrum --secrets-file fulcrum.env\n"
            "  keyward serve fulcrum --fault prefix-n");
    CLI::App& app = *entry.app;
    TargetOptions& options = serve_.options;
    app.add_option("SPEC", serve_.spec, "a spec file, or the name of a shipped spec")
        ->type_name("");
    entry.needs.emplace_back([this] { return serve_.spec.empty() && !serve_.list_faults; },
                             "SPEC (or --list-faults)");
    const auto port = [&options](const std::string& text) {
      const auto number = parse_count(text);
      if (!number || *number > 65535)
        throw CLI::ValidationError("--port", fmt::format("'{}' is not a port", text));
      options.port = static_cast<int>(*number);
    };
    app.add_option_function<std::string>("--port", port,
                                         "of the first server, the next ones follow; any free ones")
        ->type_name("N");
    app.add_option("--fault", options.faults, "plant a defect; repeatable")
        ->type_name("ID")
        ->delimiter(',')
        ->allow_extra_args(false);
    app.add_option("--trap", options.traps, "be correct but unusual; repeatable")
        ->type_name("ID")
        ->delimiter(',')
        ->allow_extra_args(false);
    app.add_flag("--list-faults", serve_.list_faults, "the faults and traps (of SPEC), and stop");
    add_seed(app, options.seed, "of the credentials; else they are random");
    parsed(app, "--session-lifetime", options.session_lifetime, parse_seconds,
           "seconds, such as 10", "how long what it issues lives by itself; 10")
        ->type_name("SECONDS");
  }

  void add_selftest() {
    Entry& entry = add("selftest", selftest_,
                       "Plant every fault in the reference target, and show which a spec catches",
                       "  keyward selftest specs/mine.yaml --format html --out matrix.html\n"
                       "  keyward selftest fulcrum --quick --only 'basic-*,trap:*'");
    CLI::App& app = *entry.app;
    SelftestOptions& options = selftest_.options;
    app.add_option("SPEC", selftest_.spec, "a spec file, or the name of a shipped spec")
        ->type_name("");
    entry.needs.emplace_back([this] { return selftest_.spec.empty(); }, "SPEC");
    app.add_option("--format", selftest_.format, "text, json or html; text")
        ->check(CLI::IsMember({"text", "json", "html"}))
        ->type_name("FORMAT");
    app.add_option("--out", selftest_.out, "where to; standard output")->type_name("FILE");
    list(app, "--only", options.only, "only faults whose id matches, and traps as trap:ID");
    list(app, "--skip", options.skip, "leave out faults and traps whose id matches");
    app.add_flag("--quick", options.play.quick,
                 "against a fault only the rows that are made for it, not the whole plan");
    add_depth(app, options.play.depth);
    parsed(app, "--level", options.level, level_from, "must, should or info",
           "a failure below that level does not count as caught; info")
        ->type_name("LEVEL");
    add_jobs(app, options.jobs, "runs at once; 16");
    add_seed(app, options.play.seed, "of the plan and of the target's credentials; 1");
    parsed(app, "--max-wait", options.play.max_wait, parse_seconds, "seconds, such as 65",
           "how long a case may wait for an expiry or a revocation; 65")
        ->type_name("SECONDS");
    app.add_flag("-q,--quiet", selftest_.display.quiet, "no progress; the verdict line alone");
    app.add_flag("--no-color", selftest_.display.no_color, "no colours (NO_COLOR does the same)");
  }

  void add_explain() {
    Entry& entry =
        add("explain", explain_, "A mutation, scenario, check, fault, trap or requirement in words",
            "  keyward explain prefix-n\n"
            "  keyward explain FUL-AUTH-02\n"
            "  keyward explain MINE-01 --spec specs/mine.yaml");
    entry.app->add_option("ID", explain_.id, "its id, or the id of a case")->type_name("");
    entry.needs.emplace_back([this] { return explain_.id.empty(); }, "ID");
    entry.app
        ->add_option("--spec", explain_.spec, "where to look for requirements; the shipped specs")
        ->type_name("SPEC");
  }

  void add_replay() {
    Entry& entry = add("replay", replay_, "Run one case of a run again, and show its bytes",
                       "  keyward replay keyward-out listForms/apiKeyHeader/compare/prefix-n");
    CLI::App& app = *entry.app;
    app.add_option("DIR", replay_.dir, "directory of the run")->type_name("");
    entry.needs.emplace_back([this] { return replay_.dir.empty(); }, "DIR");
    app.add_option("CASE", replay_.case_id, "id of the case")->type_name("");
    entry.needs.emplace_back([this] { return replay_.case_id.empty(); }, "CASE");
    app.add_option("--spec", replay_.spec, "the spec, where it is no longer where it was")
        ->type_name("SPEC");
    app.add_option("--out", replay_.run.options.out, "directory of the repetition; DIR/replay")
        ->type_name("DIR");
    replay_.run.options.out.clear();
    add_manners(app, replay_.run);
    app.add_flag("--no-color", replay_.run.display.no_color, "no colours (NO_COLOR does the same)");
  }

  void add_report() {
    Entry& entry = add("report", report_, "Render a run again, from its journal",
                       "  keyward report keyward-out --report junit=junit.xml");
    entry.app->add_option("DIR", report_.dir, "directory of the run")->type_name("");
    entry.needs.emplace_back([this] { return report_.dir.empty(); }, "DIR");
    add_reports(*entry.app, report_.reports);
    add_display(*entry.app, report_.display);
  }

  void add_difftest() {
    Entry& entry =
        add("difftest", difftest_, "Ask many parsers the same, and show who believes what",
            "  keyward difftest\n"
            "  keyward difftest 'http://a@b:80@c/' --plugin 'pipe:python3 mine.py'\n"
            "  keyward difftest --grammar authorization 'Basic YTpi'");
    CLI::App& app = *entry.app;
    app.add_option("INPUT", difftest_.inputs, "texts to parse; else the shipped vectors")
        ->type_name("");
    parsed(app, "--grammar", difftest_.grammar, find_grammar,
           "url, query, authorization, challenge or request", "of INPUT: what it is; url")
        ->type_name("NAME");
    app.add_option("--urls", difftest_.urls, "a URL a line, or a folder with a URL a file")
        ->type_name("FILE")
        ->allow_extra_args(false);
    app.add_option("--headers", difftest_.headers,
                   "lines `Authorization: ...` and `WWW-Authenticate: ...`; repeatable")
        ->type_name("FILE")
        ->allow_extra_args(false);
    app.add_option("--vectors", difftest_.vectors, "folder of vector files, beside what is given")
        ->type_name("DIR");
    app.add_option("--plugin", difftest_.plugins,
                   "a parser of yours, ./libmine.so or 'pipe:COMMAND'; repeatable "
                   "(docs/plugins.md)")
        ->type_name("PLUGIN")
        ->allow_extra_args(false);
    app.add_option("--parsers", difftest_.parsers, "only built-in parsers of these names")
        ->type_name("GLOB,")
        ->delimiter(',')
        ->allow_extra_args(false);
    parsed(app, "--severity", difftest_.severity, find_difference_class,
           "spelling, empty, verdict, part, port, credentials, host or conduct",
           "the least class of unexplained difference that counts; port")
        ->type_name("CLASS");
    parsed(app, "--timeout", difftest_.timeout, parse_seconds, "seconds, such as 1 or 500ms",
           "how long a parser may take for one input; 1")
        ->type_name("SECONDS");
    app.add_option("--quirks", difftest_.quirks, "explained disagreements; fuzz/quirks.yaml")
        ->type_name("FILE");
    app.add_flag("--all", difftest_.all, "a grid for every vector, not for what counts alone");
    app.add_flag("--json", difftest_.json, "inputs, answers and differences as JSON");
    app.add_flag("--markdown", difftest_.markdown, "the tables of docs/disagreements.md");
  }

  void add_fuzz() {
    Entry& entry =
        add("fuzz", fuzz_, "Fuzz a live server: bend credentials and requests byte by byte",
            "  keyward fuzz fulcrum --target https://staging.example --time 10m\n"
            "  keyward fuzz specs/mine.yaml --secrets-file mine.env --seed 7 --resume");
    CLI::App& app = *entry.app;
    RunArguments& run = fuzz_.run;
    run.specs.resize(1);
    app.add_option("SPEC", run.specs.front(), "a spec file, or the name of a shipped spec")
        ->type_name("");
    entry.needs.emplace_back([this] { return fuzz_.run.specs.front().empty(); }, "SPEC");
    parsed(app, "--time", fuzz_.fuzz.seconds, parse_seconds, "a time, such as 60s or 10m",
           "how long inputs are sent; 60s")
        ->type_name("TIME");
    app.add_option("--corpus", fuzz_.fuzz.corpus,
                   "directory of inputs to begin with, and to keep new ones in; corpus in --out")
        ->type_name("DIR");
    app.add_option("--out", run.options.out, "directory of the run (keyward-out)")
        ->type_name("DIR");
    add_reports(app, run.reports);
    app.add_flag("--resume", run.options.resume, "go on with the run in --out");
    app.add_flag("--strict", run.options.strict, "a should-failure also fails the run");
    add_seed(app, run.options.seed, "of all that is random in the inputs; 1");
    add_manners(app, run);
    add_display(app, run.display);
  }

  // The command that was given, or the whole program.
  [[nodiscard]] const CLI::App& current() const {
    for (const Entry& entry : entries_) {
      if (entry.app->parsed() || entry.app->count() > 0) return *entry.app;
    }
    return app_;
  }

  std::string asked_text(const CLI::Success& asked) {
    const bool version = dynamic_cast<const CLI::CallForVersion*>(&asked) != nullptr;
    std::string text = version ? asked.what() : app_.help();
    if (!text.ends_with('\n')) text += '\n';
    return text;
  }

  [[nodiscard]] Printed wrong(const std::string& what) const {
    const std::string name = &current() == &app_ ? "" : " " + current().get_name();
    return {fmt::format("keyward: {}; keyward{} --help says more\n", escape(what), name), 2};
  }

  // An option or a command that does not exist, with the nearest one that does.
  [[nodiscard]] std::optional<Printed> strays() const {
    const CLI::App& app = current();
    const std::vector<std::string> strays = app.remaining();
    if (strays.empty()) return std::nullopt;
    const std::string word = strays.front().substr(0, strays.front().find('='));
    std::vector<std::string> known;
    const bool option = word.starts_with('-');
    if (option) {
      for (const CLI::Option* each : app.get_options()) {
        for (const std::string& name : each->get_lnames()) known.push_back("--" + name);
      }
    } else if (&app == &app_) {
      if (word == "help") return Printed{app_.help(), 0};
      for (const Entry& entry : entries_) known.push_back(entry.app->get_name());
    }
    const std::string near = closest(word, known);
    const std::string_view kind = option ? "option" : &app == &app_ ? "command" : "argument";
    return wrong(fmt::format("there is no {} '{}'{}", kind, word,
                             near.empty() ? "" : fmt::format(", did you mean '{}'?", near)));
  }

  CLI::App app_;
  std::vector<Entry> entries_;
  RunArguments run_;
  DemoArguments demo_;
  PlanArguments plan_;
  LintArguments lint_;
  ServeArguments serve_;
  SelftestArguments selftest_;
  ExplainArguments explain_;
  ReplayArguments replay_;
  ReportArguments report_;
  DifftestArguments difftest_;
  FuzzArguments fuzz_;
};

}  // namespace

std::variant<Command, Printed> parse_arguments(int argc, const char* const* argv) {
  return Parser().parse(argc, argv);
}

}  // namespace keyward
