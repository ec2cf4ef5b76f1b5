// What a program asks of the runtime that it creates.

#ifndef POLYPLUG_OPTIONS_HPP
#define POLYPLUG_OPTIONS_HPP

#include <polyplug/admission.hpp>
#include <polyplug/egress.hpp>
#include <polyplug/event.hpp>
#include <polyplug/offer.hpp>
#include <polyplug/polyplug.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace polyplug {

enum class LogLevel : std::uint32_t {
    // For Options::log_level alone: no record at all.
    Off = 0,
    Error = POLYPLUG_LOG_ERROR,
    Warn = POLYPLUG_LOG_WARN,
    Info = POLYPLUG_LOG_INFO,
    Debug = POLYPLUG_LOG_DEBUG,
    Trace = POLYPLUG_LOG_TRACE,
};

// How strictly a new version is held to the old one.
enum class Compatibility : std::uint32_t {
    Strict = POLYPLUG_COMPATIBILITY_STRICT,
    Relaxed = POLYPLUG_COMPATIBILITY_RELAXED,
    Yolo = POLYPLUG_COMPATIBILITY_YOLO,
};

// When changes are committed.
enum class ReloadMode : std::uint32_t {
    OnPoll = POLYPLUG_RELOAD_ON_POLL,
    Immediate = POLYPLUG_RELOAD_IMMEDIATE,
};

// Whether bundles have to be signed.
enum class SignaturePolicy : std::uint32_t {
    Off = POLYPLUG_SIGNATURE_OFF,
    WarnOnly = POLYPLUG_SIGNATURE_WARN_ONLY,
    Required = POLYPLUG_SIGNATURE_REQUIRED,
};

// Options of a runtime, in any order: `Options().plugin_dir("mods").watch()`.
//
// Functions that are given are called by the thread that an event or a record comes from, also by
// several at once; what they throw is dropped. They must not load, reload, unload, poll or
// discover.
class Options {
  public:
    using OnEvent = std::function<void(const Event &event)>;
    using OnLog =
        std::function<void(LogLevel level, std::string_view scope, std::string_view message)>;
    using OnAdmission = std::function<Admission(const BundleOffer &offer)>;
    using OnEgress = std::function<Egress(const EgressRequest &request)>;

    // Loads the bundles of this folder (UTF-8) when the runtime is created. May be repeated.
    Options &plugin_dir(std::string path) {
        plugin_dirs_.push_back(std::move(path));
        return *this;
    }
    // A folder (UTF-8) of bundles that are not loaded with the runtime, but found by
    // Runtime::load_by_name and Runtime::discover, after the plugin folders. May be repeated.
    Options &search_dir(std::string path) {
        search_dirs_.push_back(std::move(path));
        return *this;
    }
    // Follows the files of the plugin folders. Turns reloading on.
    Options &watch() {
        watch_ = true;
        return *this;
    }
    // Allows reloading without watching.
    Options &hot_reload() {
        hot_reload_ = true;
        return *this;
    }
    Options &reload_mode(ReloadMode mode) {
        reload_mode_ = mode;
        return *this;
    }
    // Strict, or relaxed when watching, if not given.
    Options &compatibility(Compatibility compatibility) {
        compatibility_ = compatibility;
        has_compatibility_ = true;
        return *this;
    }
    // How long a folder is quiet before a change is acted on of which the system does not say that
    // it is complete; 30 ms if not given.
    Options &quiet_time(std::chrono::milliseconds time) {
        quiet_ms_ = static_cast<std::uint32_t>(time.count());
        return *this;
    }
    // How long a call into a bundle may take that names no limit of its own.
    Options &call_limit(std::chrono::milliseconds time) {
        call_ms_ = static_cast<std::uint32_t>(time.count());
        return *this;
    }
    // How many bytes a bundle may use that names no limit of its own.
    Options &memory_limit(std::uint64_t bytes) {
        memory_limit_ = bytes;
        return *this;
    }
    // Grants a capability, such as "env:LANG" or "fs:ro:data", to the bundles whose names match; `*`
    // stands for any characters. A bundle gets what its manifest asks for and some grant gives it.
    Options &grant(std::string bundles, std::string capability) {
        grants_.emplace_back(std::move(bundles), std::move(capability));
        return *this;
    }
    // How many events wait for Runtime::next_event before the oldest is dropped; 4096 if not given.
    Options &event_capacity(std::uint32_t count) {
        event_capacity_ = count;
        return *this;
    }
    // Is told every event, besides those that Runtime::next_event gives.
    Options &on_event(OnEvent on_event) {
        on_event_ = std::move(on_event);
        return *this;
    }
    // Takes the log records, which go to standard error otherwise.
    Options &on_log(OnLog on_log) {
        on_log_ = std::move(on_log);
        return *this;
    }
    // The least important records that are kept; errors and warnings if not given.
    Options &log_level(LogLevel level) {
        log_level_ = level;
        return *this;
    }
    // Is asked whether a bundle may be loaded, at every load, reload and discovery, after the
    // signature policy and before any code of the bundle runs. If it throws, the bundle is not
    // loaded, and what it threw is the reason.
    Options &admission(OnAdmission admission) {
        admission_ = std::move(admission);
        return *this;
    }
    // Is asked about every request of components with the capability "http", before anything is sent;
    // without it nothing is. The thread that runs the bundle waits for it. If it throws, the request
    // is not sent, and what it threw is the reason. Needs a library with the feature `http`.
    Options &egress(OnEgress egress) {
        egress_ = std::move(egress);
        return *this;
    }
    // Whether bundles have to be signed, and the keys whose signatures count.
    Options &signatures(SignaturePolicy policy, std::vector<PolyplugEd25519PublicKey> trusted) {
        signature_policy_ = policy;
        trusted_keys_ = std::move(trusted);
        return *this;
    }
    // Keys whose signatures do not count any more, whoever trusts them.
    Options &revoked_keys(std::vector<PolyplugKeyId> revoked) {
        revoked_keys_ = std::move(revoked);
        return *this;
    }
    // The operator's file (UTF-8) of trusted and revoked keys, which has to be there.
    Options &trust_store(std::string path) {
        trust_store_ = std::move(path);
        return *this;
    }
    // The file (UTF-8) that keeps over restarts which versions signatures have called too old. Its
    // folder has to be there.
    Options &version_floors(std::string path) {
        version_floors_ = std::move(path);
        floors_are_read_only_ = false;
        return *this;
    }
    // As version_floors, but the file is only read: what signatures call too old from now on is
    // forgotten when the runtime ends.
    Options &version_floors_read_only(std::string path) {
        version_floors_ = std::move(path);
        floors_are_read_only_ = true;
        return *this;
    }
    // Refuses versions of a bundle that are older than this one, where signatures count.
    Options &minimum_version(std::string bundle, PolyplugVersion version) {
        minimum_versions_.emplace_back(std::move(bundle), version);
        return *this;
    }

  private:
    friend class Runtime;

    std::vector<std::string> plugin_dirs_;
    std::vector<std::string> search_dirs_;
    std::vector<std::pair<std::string, std::string>> grants_;
    std::vector<PolyplugEd25519PublicKey> trusted_keys_;
    std::vector<PolyplugKeyId> revoked_keys_;
    std::optional<std::string> trust_store_;
    std::optional<std::string> version_floors_;
    std::vector<std::pair<std::string, PolyplugVersion>> minimum_versions_;
    OnEvent on_event_;
    OnLog on_log_;
    OnAdmission admission_;
    OnEgress egress_;
    std::uint64_t memory_limit_ = 0;
    std::uint32_t quiet_ms_ = 0;
    std::uint32_t call_ms_ = 0;
    std::uint32_t event_capacity_ = 0;
    ReloadMode reload_mode_ = ReloadMode::OnPoll;
    Compatibility compatibility_ = Compatibility::Strict;
    SignaturePolicy signature_policy_ = SignaturePolicy::Off;
    LogLevel log_level_ = LogLevel::Warn;
    bool has_compatibility_ = false;
    bool watch_ = false;
    bool hot_reload_ = false;
    bool floors_are_read_only_ = false;
};

} // namespace polyplug

#endif // POLYPLUG_OPTIONS_HPP
