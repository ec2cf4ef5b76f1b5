// What a host does wrong is an error with a name, and never a crash: runtimes that are not there,
// names that are none, callbacks that throw or do what they must not.

#include "check.hpp"

#include <stdexcept>
#include <thread>
#include <utility>

namespace {

using polyplug::Runtime;

// What a runtime answers that was moved away, or never was.
void without_a_runtime() {
    Runtime moved = runtime_of(polyplug::Options());
    const Runtime runtime(std::move(moved));
    constexpr std::uint32_t code = POLYPLUG_ERROR_INVALID_POINTER;
    constexpr const char *why = "`host` is null";
    CHECK_FAILS(moved.try_load_bundle("mods/one"), code, why);
    CHECK_FAILS(moved.try_load_folder("mods"), code, why);
    CHECK_FAILS(moved.try_reload_bundle("mods/one"), code, why);
    CHECK_FAILS(moved.try_reload_bundle(1), code, why);
    CHECK_FAILS(moved.try_request_reload(1), code, why);
    CHECK_FAILS(moved.try_unload_bundle(1), code, why);
    CHECK_FAILS(moved.try_unload_bundle_cascade(1), code, why);
    CHECK_FAILS(moved.try_watch("mods"), code, why);
    CHECK_FAILS(moved.try_unwatch("mods"), code, why);
    CHECK_FAILS(moved.try_unwatch_all(), code, why);
    CHECK_FAILS(moved.try_poll(), code, why);
    CHECK_FAILS(moved.try_quiescent(), code, why);
    CHECK_FAILS(moved.try_thread_attach(), code, why);
    CHECK_FAILS(moved.try_thread_quiescent(), code, why);
    CHECK_FAILS(moved.try_thread_detach(), code, why);
    CHECK_FAILS(moved.try_pin(), code, why);
    CHECK_FAILS(moved.try_listing(), POLYPLUG_ERROR_GENERIC, why);
    CHECK_FAILS(moved.try_contract("one@1"), POLYPLUG_ERROR_NOT_FOUND, why);
    CHECK_FAILS(moved.try_contract_of_bundle("one", "one@1"), POLYPLUG_ERROR_NOT_FOUND, why);
    CHECK(moved.contracts("one@1").empty() && !moved.next_event() && !moved.has_loader("lua"));
    moved.log(polyplug::LogLevel::Error, "nobody", "hears this");
    polyplug::Arena arena = moved.arena();
    CHECK(arena.allocate(16) == nullptr);
    arena.reset();
}

struct Object {
    std::int32_t number() const noexcept { return 1; }
};

void names_and_paths(const Runtime &runtime, const std::string &mods) {
    CHECK(runtime.try_load_bundle(make_value(mods, "one", 1)).ok());
    CHECK_FAILS(runtime.try_load_bundle(mods + "/one"), POLYPLUG_ERROR_DUPLICATE_BUNDLE, "one");
    CHECK(!runtime.try_load_bundle(mods + "/nowhere").ok());
    CHECK_FAILS(runtime.try_load_bundle("mods/\xff"), POLYPLUG_ERROR_INVALID_ARGUMENT, "UTF-8");
    for (const char *const name : {"", "@", "one", "one@", "one@x", "one@99999999999999999999"}) {
        CHECK(!runtime.try_contract(name).ok() && runtime.contracts(name).empty());
    }
    CHECK_FAILS(runtime.try_contract("one@2"), POLYPLUG_ERROR_NOT_FOUND, "one@2");
    CHECK_FAILS(runtime.try_contract_of_bundle("none", "one@1"), POLYPLUG_ERROR_NOT_FOUND, "none");
    CHECK(!runtime.try_reload_bundle(77).ok() && !runtime.try_unload_bundle(77).ok());
    CHECK_FAILS(runtime.try_reload_bundle(mods + "/one"), POLYPLUG_ERROR_HOT_RELOAD_DISABLED,
                "reload");
    Object object;
    CHECK_FAILS(runtime.try_provide<&Object::number>("no version", object),
                POLYPLUG_ERROR_INVALID_ARGUMENT, "name@1");
    CHECK(runtime.try_provide<&Object::number>("host.object@1", object).ok());
    CHECK(!runtime.try_provide<&Object::number>("host.object@1", object).ok());
}

void objects_of_a_bundle_that_went(const Runtime &runtime, const std::string &mods) {
    CHECK(runtime.try_load_bundle(make_value(mods, "two", 1)).ok());
    const polyplug::Contract two = runtime.try_contract("two@1").value();
    const polyplug::Instance object = two.try_create().value();
    CHECK(object.try_call<std::uint32_t>(0).value() == 1);
    CHECK(runtime.try_unload_bundle(polyplug::bundle_id("two")).ok());
    CHECK_FAILS(object.try_call<std::uint32_t>(0), POLYPLUG_ERROR_STALE_HANDLE, "two");
    CHECK(!two.try_create().ok());
}

// Pins of a thread that is not theirs, and in the wrong order.
void pins_in_wrong_hands(const Runtime &runtime) {
    auto pin = runtime.try_pin();
    CHECK(pin.ok());
    std::thread([&] { CHECK(runtime.try_poll().ok()); }).join();
    CHECK_FAILS(runtime.try_unload_bundle(polyplug::bundle_id("one")),
                POLYPLUG_ERROR_REENTRANT_CALL, "pin");
}

void callbacks_that_misbehave(const std::string &mods) {
    const std::string folder = make_value(mods, "three", 1);
    const Runtime *self = nullptr;
    unsigned refused = 0;
    unsigned records = 0;
    const Runtime runtime = runtime_of(
        polyplug::Options()
            .hot_reload()
            .log_level(polyplug::LogLevel::Trace)
            .on_event([&](const polyplug::Event &) {
                if (self != nullptr) {
                    refused += self->try_poll().code() == POLYPLUG_ERROR_REENTRANT_CALL ? 1U : 0U;
                }
#ifndef POLYPLUG_NO_EXCEPTIONS
                throw std::runtime_error("not the runtime's business");
#endif
            })
            .on_log([&](polyplug::LogLevel, std::string_view, std::string_view) {
                ++records;
#ifndef POLYPLUG_NO_EXCEPTIONS
                throw 5;
#endif
            }));
    self = &runtime;
    CHECK(runtime.try_load_bundle(folder).ok() && runtime.try_reload_bundle(folder).ok());
    runtime.log(polyplug::LogLevel::Error, "game", "a record");
    CHECK(refused >= 2 && records >= 1);
}

// A runtime cannot end inside of a call of its own: it is left alive, and goes on calling back.
void a_runtime_that_ends_itself(const std::string &mods) {
    const std::string folder = make_value(mods, "four", 1);
    unsigned told = 0;
    const PolyplugHostApi *host = nullptr;
    {
        Runtime runtime = runtime_of(
            polyplug::Options().log_level(polyplug::LogLevel::Off).on_event([&](const auto &) {
                ++told;
            }));
        host = runtime.get();
        const auto pin = runtime.try_pin();
        CHECK(pin.ok());
        { const Runtime ended(std::move(runtime)); }
        CHECK(says(polyplug::text_of(polyplug_last_error()), "destroy cannot run inside a pin"));
    }
    CHECK(polyplug_load_bundle(host, folder.c_str()) == POLYPLUG_ERROR_OK && told > 0);
}

} // namespace

int main(int argc, char **argv) {
    CHECK(argc == 2);
    const std::string mods = argv[1];
    without_a_runtime();
    {
        const Runtime runtime = runtime_of(polyplug::Options().log_level(polyplug::LogLevel::Off));
        names_and_paths(runtime, mods);
        objects_of_a_bundle_that_went(runtime, mods);
        pins_in_wrong_hands(runtime);
    }
    callbacks_that_misbehave(mods);
    a_runtime_that_ends_itself(mods);
    return 0;
}
