// The runtime, for the program that loads bundles.

#ifndef POLYPLUG_RUNTIME_HPP
#define POLYPLUG_RUNTIME_HPP

#include <polyplug/admission.hpp>
#include <polyplug/contract.hpp>
#include <polyplug/discovery.hpp>
#include <polyplug/error.hpp>
#include <polyplug/event.hpp>
#include <polyplug/listing.hpp>
#include <polyplug/names.hpp>
#include <polyplug/offer.hpp>
#include <polyplug/options.hpp>
#include <polyplug/pin.hpp>
#include <polyplug/platform.hpp>
#include <polyplug/polyplug.h>
#include <polyplug/provided.hpp>
#include <polyplug/text.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace polyplug {

// How many bundles of a folder were loaded, and how many could not be.
struct LoadCount {
    std::uint32_t loaded = 0;
    std::uint32_t failed = 0;
};

// A file of a bundle that is in memory: its path in the bundle, such as "lib/a.lua", and its bytes,
// which stay the caller's.
struct BundleFile {
    std::string_view path;
    std::string_view content;
};

// Whether a poll also says that no thread of the process is inside a raw native call or keeps a
// function pointer that it read from an interface. Programs that make guarded calls alone, which
// are all calls of these headers, may always say so.
enum class Quiescent : std::uint32_t { No = 0, Yes = POLYPLUG_POLL_QUIESCENT };

// A runtime with its bundles. [thread-safe], where a function does not say otherwise
//
// Functions come in two forms: `name` throws an Error, `try_name` returns a Result; without
// exceptions only the latter exists. Paths are UTF-8.
//
// Destroying it unloads the bundles and waits up to two seconds for calls of other threads. Inside
// of a call, a callback or a pin that is not possible: the runtime is then left alive, with a log
// record.
class Runtime {
  public:
    static Result<Runtime> try_create(const Options &options = Options()) {
        Runtime runtime{NotStarted()};
        runtime.start(options);
        if (runtime.host_ == nullptr) {
            return detail::last_error(POLYPLUG_ERROR_GENERIC);
        }
        return Result<Runtime>(std::move(runtime));
    }
#ifndef POLYPLUG_NO_EXCEPTIONS
    explicit Runtime(const Options &options = Options()) {
        start(options);
        if (host_ == nullptr) {
            throw detail::last_error(POLYPLUG_ERROR_GENERIC);
        }
    }
#endif
    Runtime(Runtime &&other) noexcept
        : host_(std::exchange(other.host_, nullptr)), callbacks_(std::move(other.callbacks_)) {}
    Runtime &operator=(Runtime &&other) noexcept {
        Runtime taken(std::move(other));
        std::swap(host_, taken.host_);
        std::swap(callbacks_, taken.callbacks_);
        return *this;
    }
    ~Runtime() {
        if (host_ == nullptr) {
            return;
        }
        polyplug_runtime_destroy(host_);
        if (callbacks_ != nullptr && is_alive()) {
            // It goes on calling them.
            static_cast<void>(callbacks_.release());
        }
    }

    // ---- bundles

    // Loads the bundle in a folder.
    Result<> try_load_bundle(const std::string &path) const {
        return done(polyplug_load_bundle(host_, path.c_str()));
    }
    // Loads the bundle of this name out of the plugin and search folders, and before it those that
    // it needs. Of one name the first folder's is taken, and no other if that one is refused.
    Result<> try_load_by_name(const std::string &name) const {
        return done(polyplug_load_by_name(host_, name.c_str()));
    }
    // What lies in the plugin and search folders, and what would become of it. Runs nothing.
    Result<Discovery> try_discover() const {
        PolyplugDiscovery *const discovery = polyplug_discover(host_);
        if (discovery == nullptr) {
            return detail::last_error(POLYPLUG_ERROR_GENERIC);
        }
        return Discovery(discovery);
    }
    // Loads a whole bundle that is in memory, bundle.sig included if it is signed.
    Result<> try_load_files(const std::vector<BundleFile> &files) const {
        const std::vector<PolyplugBundleFile> views = views_of(files);
        return done(polyplug_load_files(host_, views.data(), views.size()));
    }
    // Replaces the bundle that the manifest of these files names. [frame-boundary]
    Result<> try_reload_files(const std::vector<BundleFile> &files) const {
        const std::vector<PolyplugBundleFile> views = views_of(files);
        return done(polyplug_reload_files(host_, views.data(), views.size()));
    }
    // Loads every bundle of a folder, each after those that it depends on. A broken one stops
    // nobody: it is counted, and in the listing with its reason.
    Result<LoadCount> try_load_folder(const std::string &path) const {
        LoadCount count;
        const std::uint32_t code =
            polyplug_load_folder(host_, path.c_str(), &count.loaded, &count.failed);
        return given(code, count);
    }
    // Replaces a bundle by what is in its folder now. [frame-boundary]
    Result<> try_reload_bundle(const std::string &path) const {
        return done(polyplug_reload_bundle(host_, path.c_str()));
    }
    Result<> try_reload_bundle(std::uint64_t bundle) const {
        return done(polyplug_reload_bundle_by_id(host_, bundle));
    }
    // Asks for a reload that happens later, on the worker or in the next poll.
    Result<> try_request_reload(std::uint64_t bundle) const {
        return done(polyplug_request_reload(host_, bundle));
    }
    // Unloads a bundle that no other one needs. [frame-boundary]
    Result<> try_unload_bundle(std::uint64_t bundle) const {
        return done(polyplug_unload_bundle(host_, bundle));
    }
    // Unloads a bundle and, before it, all that need it. [frame-boundary]
    Result<> try_unload_bundle_cascade(std::uint64_t bundle) const {
        return done(polyplug_unload_bundle_cascade(host_, bundle));
    }
    // All bundles, those that failed too.
    Result<Listing> try_listing() const {
        PolyplugListing *const listing = polyplug_listing(host_);
        if (listing == nullptr) {
            return detail::last_error(POLYPLUG_ERROR_GENERIC);
        }
        return Listing(listing);
    }

    // ---- changes

    // Follows the files of a folder of bundles. Turns reloading on.
    Result<> try_watch(const std::string &folder) const {
        return done(polyplug_watch(host_, folder.c_str()));
    }
    Result<> try_unwatch(const std::string &folder) const {
        return done(polyplug_unwatch(host_, folder.c_str()));
    }
    Result<> try_unwatch_all() const { return done(polyplug_unwatch(host_, nullptr)); }
    // Commits what is ready and calls the callbacks that are due; the answer is how many
    // replacements were committed. One that fails is an event, and leaves what ran before.
    // [frame-boundary]
    Result<std::uint32_t> try_poll(Quiescent quiescent = Quiescent::No) const {
        std::uint32_t committed = 0;
        const std::uint32_t code =
            polyplug_poll(host_, static_cast<std::uint32_t>(quiescent), &committed);
        return given(code, committed);
    }
    // Says what Quiescent::Yes says. Refused once a thread was attached.
    Result<> try_quiescent() const { return done(polyplug_quiescent(host_)); }
    // From the first attached thread on, each thread that makes raw calls speaks for itself.
    // [same-thread]
    Result<> try_thread_attach() const { return done(polyplug_thread_attach(host_)); }
    Result<> try_thread_quiescent() const { return done(polyplug_thread_quiescent(host_)); }
    Result<> try_thread_detach() const { return done(polyplug_thread_detach(host_)); }
    // Holds back every replacement for as long as the pin is held.
    Result<Pin> try_pin() const {
        std::uint64_t token = 0;
        const std::uint32_t code = polyplug_pin(host_, &token);
        if (code != POLYPLUG_ERROR_OK) {
            return detail::last_error(code);
        }
        return Pin(host_, token);
    }
    // The oldest event that was not taken yet.
    std::optional<Event> next_event() const {
        PolyplugEvent event;
        if (!polyplug_next_event(host_, &event)) {
            return std::nullopt;
        }
        return Event(event);
    }

    // ---- contracts

    // A contract by `name@major` or `name@major.minor`, of its first provider.
    Result<Contract> try_contract(const std::string &name) const {
        return found(polyplug_contract(host_, name.c_str()));
    }
    // A contract of this bundle.
    Result<Contract> try_contract_of_bundle(const std::string &bundle,
                                            const std::string &name) const {
        return found(polyplug_contract_of_bundle(host_, bundle.c_str(), name.c_str()));
    }
    // A contract of every bundle that provides it.
    std::vector<Contract> contracts(std::string_view name) const {
        const ContractName contract(name);
        const std::uint32_t version = contract.version().at_least();
        std::vector<PolyplugGuestContractHandle> handles;
        std::size_t count = polyplug_find_all(host_, contract.guest_id(), version, nullptr, 0);
        while (count > handles.size()) {
            handles.resize(count);
            count = polyplug_find_all(host_, contract.guest_id(), version, handles.data(),
                                      handles.size());
        }
        handles.resize(count);
        std::vector<Contract> all;
        for (const PolyplugGuestContractHandle handle : handles) {
            if (const PolyplugContract *const bound = polyplug_bind(host_, handle)) {
                all.emplace_back(host_, bound);
            }
        }
        return all;
    }
    // Provides a contract to the bundles: `provide<&Log::write>("host.log@1", log)`. Functions are
    // members of the object or take none, and give plain data; the object outlives the runtime.
    template <auto... Functions, typename Class>
    Result<> try_provide(std::string_view name, Class &object) const {
        const ContractName contract(name);
        if (!contract.valid()) {
            return Error(POLYPLUG_ERROR_INVALID_ARGUMENT,
                         "a contract is provided as `name@1` or `name@1.2.3`");
        }
        const PolyplugHostContractInterface iface =
            detail::host_interface<Class, Functions...>(contract, &object);
        return done(polyplug_register_host_contract(host_, &iface));
    }

#ifndef POLYPLUG_NO_EXCEPTIONS
    void load_bundle(const std::string &path) const { try_load_bundle(path).value(); }
    void load_by_name(const std::string &name) const { try_load_by_name(name).value(); }
    Discovery discover() const { return try_discover().value(); }
    void load_files(const std::vector<BundleFile> &files) const { try_load_files(files).value(); }
    void reload_files(const std::vector<BundleFile> &files) const {
        try_reload_files(files).value();
    }
    LoadCount load_folder(const std::string &path) const { return try_load_folder(path).value(); }
    void reload_bundle(const std::string &path) const { try_reload_bundle(path).value(); }
    void reload_bundle(std::uint64_t bundle) const { try_reload_bundle(bundle).value(); }
    void request_reload(std::uint64_t bundle) const { try_request_reload(bundle).value(); }
    void unload_bundle(std::uint64_t bundle) const { try_unload_bundle(bundle).value(); }
    void unload_bundle_cascade(std::uint64_t bundle) const {
        try_unload_bundle_cascade(bundle).value();
    }
    Listing listing() const { return try_listing().value(); }
    void watch(const std::string &folder) const { try_watch(folder).value(); }
    void unwatch(const std::string &folder) const { try_unwatch(folder).value(); }
    void unwatch_all() const { try_unwatch_all().value(); }
    std::uint32_t poll(Quiescent quiescent = Quiescent::No) const {
        return try_poll(quiescent).value();
    }
    void quiescent() const { try_quiescent().value(); }
    void thread_attach() const { try_thread_attach().value(); }
    void thread_quiescent() const { try_thread_quiescent().value(); }
    void thread_detach() const { try_thread_detach().value(); }
    Pin pin() const { return try_pin().value(); }
    Contract contract(const std::string &name) const { return try_contract(name).value(); }
    Contract contract_of_bundle(const std::string &bundle, const std::string &name) const {
        return try_contract_of_bundle(bundle, name).value();
    }
    template <auto... Functions, typename Class>
    void provide(std::string_view name, Class &object) const {
        try_provide<Functions...>(name, object).value();
    }
#endif

    // ---- the rest

    bool has_loader(const std::string &name) const noexcept {
        return polyplug_has_loader(host_, name.c_str());
    }
    void log(LogLevel level, const std::string &scope, const std::string &message) const noexcept {
        polyplug_log(host_, static_cast<std::uint32_t>(level), scope.c_str(), message.c_str());
    }
    // An arena for the results of calls, see arena.hpp.
    Arena arena() const noexcept { return Arena(host_); }
    // The runtime as the functions of polyplug.h know it.
    const PolyplugHostApi *get() const noexcept { return host_; }

  private:
    struct Callbacks {
        Options::OnEvent on_event;
        Options::OnLog on_log;
        Options::OnAdmission admission;
        Options::OnEgress egress;
    };

    struct NotStarted {};
    explicit Runtime(NotStarted) noexcept {}

    void start(const Options &options);
    bool is_alive() const noexcept {
        PolyplugListing *const listing = polyplug_listing(host_);
        polyplug_listing_free(listing);
        return listing != nullptr;
    }

    static std::vector<PolyplugBundleFile> views_of(const std::vector<BundleFile> &files) {
        std::vector<PolyplugBundleFile> views;
        for (const BundleFile &file : files) {
            const PolyplugStringView content = view_of(file.content);
            views.push_back({view_of(file.path), content.ptr, content.len});
        }
        return views;
    }
    static Result<> done(std::uint32_t code) {
        if (POLYPLUG_UNLIKELY(code != POLYPLUG_ERROR_OK)) {
            return detail::last_error(code);
        }
        return {};
    }
    template <typename T> static Result<T> given(std::uint32_t code, T value) {
        if (POLYPLUG_UNLIKELY(code != POLYPLUG_ERROR_OK)) {
            return detail::last_error(code);
        }
        return value;
    }
    Result<Contract> found(const PolyplugContract *contract) const {
        if (contract == nullptr) {
            return detail::last_error(POLYPLUG_ERROR_NOT_FOUND);
        }
        return Contract(host_, contract);
    }

    static void on_event(void *callbacks, const PolyplugEvent *event) noexcept {
        PolyplugAbiError dropped;
        detail::guard(&dropped,
                      [&] { static_cast<Callbacks *>(callbacks)->on_event(Event(*event)); });
    }
    static std::uint32_t admission(void *callbacks, const PolyplugBundleOffer *offer,
                                   PolyplugStringView *out_reason) noexcept {
        std::uint32_t answer = POLYPLUG_ADMISSION_DENY;
        PolyplugAbiError denied = {POLYPLUG_ERROR_OK, {nullptr, 0}};
        detail::guard(&denied, [&] {
            const Admission said =
                static_cast<Callbacks *>(callbacks)->admission(BundleOffer(offer));
            if (said.allowed()) {
                answer = POLYPLUG_ADMISSION_ALLOW;
            } else {
                denied = detail::failure(POLYPLUG_ERROR_ADMISSION_DENIED, said.reason());
            }
        });
        *out_reason = denied.message;
        return answer;
    }
    static std::uint32_t egress(void *callbacks, const PolyplugEgressRequest *request,
                                PolyplugEgressAnswer *out_answer) noexcept {
        std::uint32_t answer = POLYPLUG_EGRESS_REFUSE;
        PolyplugAbiError thrown = {POLYPLUG_ERROR_OK, {nullptr, 0}};
        detail::guard(&thrown, [&] {
            auto said = std::make_unique<detail::EgressSaid>(
                static_cast<Callbacks *>(callbacks)->egress(EgressRequest(request)));
            out_answer->headers = said->headers.data();
            out_answer->header_count = said->headers.size();
            if (!said->egress.reason().empty()) {
                out_answer->reason = view_of(said->egress.reason());
            }
            answer = said->egress.sends() ? POLYPLUG_EGRESS_SEND : POLYPLUG_EGRESS_REFUSE;
            out_answer->held = said.release();
            out_answer->release = detail::EgressSaid::release;
        });
        if (thrown.message.ptr != nullptr) {
            out_answer->reason = thrown.message;
        }
        return answer;
    }
    static void on_log(void *callbacks, std::uint32_t level, PolyplugStringView scope,
                       PolyplugStringView message) noexcept {
        PolyplugAbiError dropped;
        detail::guard(&dropped, [&] {
            static_cast<Callbacks *>(callbacks)->on_log(static_cast<LogLevel>(level),
                                                        text_of(scope), text_of(message));
        });
    }

    const PolyplugHostApi *host_ = nullptr;
    // Where the runtime finds them again, however this object moves.
    std::unique_ptr<Callbacks> callbacks_;
};

inline void Runtime::start(const Options &options) {
    std::vector<PolyplugStringView> folders;
    for (const std::string &folder : options.plugin_dirs_) {
        folders.push_back(view_of(folder));
    }
    std::vector<PolyplugStringView> search;
    for (const std::string &folder : options.search_dirs_) {
        search.push_back(view_of(folder));
    }
    std::vector<PolyplugGrant> grants;
    for (const auto &grant : options.grants_) {
        grants.push_back({view_of(grant.first), view_of(grant.second)});
    }
    std::vector<PolyplugMinimumVersion> minimums;
    for (const auto &minimum : options.minimum_versions_) {
        minimums.push_back({view_of(minimum.first), minimum.second, 0});
    }
    std::vector<PolyplugEd25519PublicKey> keys = options.trusted_keys_;
    PolyplugRuntimeOptions asked = polyplug_runtime_options();
    asked.reload_mode = static_cast<std::uint32_t>(options.reload_mode_);
    asked.config.compatibility = static_cast<std::uint32_t>(
        options.watch_ && !options.has_compatibility_ ? Compatibility::Relaxed
                                                      : options.compatibility_);
    asked.config.hot_reload_enabled = options.hot_reload_ || options.watch_;
    asked.config.log_max_level = static_cast<std::uint32_t>(options.log_level_);
    asked.config.signature_policy = static_cast<std::uint32_t>(options.signature_policy_);
    asked.config.trusted_keys = {keys.data(), keys.size(), alignof(PolyplugEd25519PublicKey)};
    asked.plugin_dirs = folders.data();
    asked.plugin_dir_count = folders.size();
    asked.search_dirs = search.data();
    asked.search_dir_count = search.size();
    asked.watch = options.watch_ ? 1 : 0;
    asked.quiet_ms = options.quiet_ms_;
    asked.event_capacity = options.event_capacity_;
    asked.call_ms = options.call_ms_;
    asked.memory_limit = options.memory_limit_;
    asked.grants = grants.data();
    asked.grant_count = grants.size();
    asked.revoked_keys = options.revoked_keys_.data();
    asked.revoked_key_count = options.revoked_keys_.size();
    asked.minimum_versions = minimums.data();
    asked.minimum_version_count = minimums.size();
    if (options.trust_store_) {
        asked.trust_store = view_of(*options.trust_store_);
    }
    if (options.version_floors_) {
        asked.version_floors = view_of(*options.version_floors_);
        asked.version_floors_read_only = options.floors_are_read_only_ ? 1 : 0;
    }
    if (options.on_event_ || options.on_log_ || options.admission_ || options.egress_) {
        callbacks_ = std::make_unique<Callbacks>(Callbacks{options.on_event_, options.on_log_,
                                                           options.admission_, options.egress_});
    }
    if (options.on_event_) {
        asked.on_event = on_event;
        asked.on_event_user_data = callbacks_.get();
    }
    if (options.on_log_) {
        asked.config.log = on_log;
        asked.config.log_user_data = callbacks_.get();
    }
    if (options.admission_) {
        asked.admission = admission;
        asked.admission_user_data = callbacks_.get();
    }
    if (options.egress_) {
        asked.egress = egress;
        asked.egress_user_data = callbacks_.get();
    }
    host_ = polyplug_runtime_create_ex(&asked);
}

} // namespace polyplug

#endif // POLYPLUG_RUNTIME_HPP
