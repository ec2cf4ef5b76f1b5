// What a runtime tells its host.

#ifndef POLYPLUG_EVENT_HPP
#define POLYPLUG_EVENT_HPP

#include <polyplug/polyplug.h>
#include <polyplug/text.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace polyplug {

// What an event is about.
enum class EventKind : std::uint32_t {
    // Something that this header has no name for; the message says what.
    Other = POLYPLUG_EVENT_OTHER,
    // A bundle is loaded; its contracts can be found.
    Loaded = POLYPLUG_EVENT_LOADED,
    // A new version is staged and checked; the commit follows.
    Preparing = POLYPLUG_EVENT_PREPARING,
    // A new version runs.
    Reloaded = POLYPLUG_EVENT_RELOADED,
    // A load, reload or unload failed; what ran before still runs.
    Failed = POLYPLUG_EVENT_FAILED,
    // The last call has left a replaced version, and it was closed.
    Drained = POLYPLUG_EVENT_DRAINED,
    // A bundle is about to be unloaded.
    Unloading = POLYPLUG_EVENT_UNLOADING,
    // A bundle was unloaded.
    Unloaded = POLYPLUG_EVENT_UNLOADED,
    // A replaced version cannot be closed yet, or is not let go of by the system.
    Pinned = POLYPLUG_EVENT_PINNED,
    // A thread held a pin so long that a commit gave up.
    PinHeld = POLYPLUG_EVENT_PIN_HELD,
    // A folder is no longer watched.
    WatchLost = POLYPLUG_EVENT_WATCH_LOST,
    // The queue was full, and the oldest events were dropped.
    EventsLost = POLYPLUG_EVENT_EVENTS_LOST,
};

// What was decided about the bytes of one load or reload, and who signed them. What there is not is
// empty.
struct TrustRecord {
    // What was decided: a POLYPLUG_TRUST_ value.
    std::uint32_t decision = POLYPLUG_TRUST_NOT_CHECKED;
    // The policy that was in force: a POLYPLUG_SIGNATURE_ value.
    std::uint32_t policy = POLYPLUG_SIGNATURE_OFF;
    // What the bundle's manifest says.
    PolyplugVersion version = {0, 0, 0};
    std::string name;
    std::string loader;
    // The digest of its files, 64 hexadecimal digits.
    std::string digest;
    // The key that signed it, as `ed25519:` and 64 hexadecimal digits, and what it is called.
    std::string signer;
    std::string signer_id;
    // Why it was refused or warned of, and what to do.
    std::string reason;
    // The rule by which it was refused or warned of, such as "unsigned"; it stays the same.
    std::string refusal_code;

    TrustRecord() = default;
    explicit TrustRecord(const PolyplugTrustRecord &record)
        : decision(record.decision), policy(record.policy), version(record.version),
          name(text_of(record.name)), loader(text_of(record.loader)),
          digest(text_of(record.digest)), signer(text_of(record.signer)),
          signer_id(text_of(record.signer_id)), reason(text_of(record.reason)),
          refusal_code(text_of(record.refusal_code)) {}
};

// Something that happened to a bundle or to the runtime. What an event does not have is 0 or empty.
struct Event {
    EventKind kind = EventKind::Other;
    // The hash of the bundle's name.
    std::uint64_t bundle_id = 0;
    // The name of the bundle, or of its folder if the manifest cannot be read.
    std::string bundle;
    // Where the bundle lies that failed, or the folder that is no longer watched.
    std::string path;
    // Why something failed, is kept or was lost; the name of the thread that held a pin.
    std::string message;
    // The load number that ran, or was closed.
    std::uint32_t from = 0;
    // The load number that runs now, or is about to.
    std::uint32_t to = 0;
    // The step that failed: a POLYPLUG_STEP_ value.
    std::uint32_t step = 0;
    // Why a bundle was reloaded: a POLYPLUG_CAUSE_ value.
    std::uint32_t cause = 0;
    // Why it failed: a POLYPLUG_ERROR_ value.
    std::uint32_t code = 0;
    // What keeps a replaced version: a POLYPLUG_PIN_ value.
    std::uint32_t reason = 0;
    // What became of the state: a POLYPLUG_STATE_ value.
    std::uint32_t state = 0;
    // How many objects were given their state back, and how many were made afresh.
    std::uint32_t state_kept = 0;
    std::uint32_t state_reset = 0;
    // How many events were lost.
    std::uint64_t count = 0;
    // How long reading, opening and starting took.
    std::chrono::nanoseconds stage_time{0};
    // How long checking, getting in, handing over and publishing took.
    std::chrono::nanoseconds commit_time{0};
    // From the first notice of the change to the commit; 0 if nothing was watched.
    std::chrono::nanoseconds since_change{0};
    // How long a drain took or a commit waited.
    std::chrono::nanoseconds waited{0};
    // What was decided about the bytes of a bundle that was loaded, reloaded or refused.
    std::optional<TrustRecord> trust;

    Event() = default;
    explicit Event(const PolyplugEvent &event)
        : kind(static_cast<EventKind>(event.kind)), bundle_id(event.bundle_id),
          bundle(text_of(event.bundle)), path(text_of(event.path)), message(text_of(event.message)),
          from(event.from), to(event.to), step(event.step), cause(event.cause), code(event.code),
          reason(event.reason), state(event.state), state_kept(event.state_kept),
          state_reset(event.state_reset), count(event.count), stage_time(event.stage_ns),
          commit_time(event.commit_ns), since_change(event.since_change_ns),
          waited(event.waited_ns) {
        if (event.trust != nullptr) {
            trust.emplace(*event.trust);
        }
    }
};

} // namespace polyplug

#endif // POLYPLUG_EVENT_HPP
