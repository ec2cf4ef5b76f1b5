// Bundles change and go: reloads, events, watched folders, log records, threads.

#include "check.hpp"

#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

namespace {

using polyplug::EventKind;
using polyplug::Runtime;

std::uint32_t value_of(const polyplug::Contract &contract) {
    return contract.try_call<std::uint32_t>(0).value();
}

void reloads_are_followed_and_told(const std::string &mods) {
    const std::string folder = make_value(mods, "one", 1);
    const Runtime runtime = runtime_of(
        polyplug::Options().plugin_dir(mods).hot_reload().log_level(polyplug::LogLevel::Off));
    const polyplug::Contract one = runtime.try_contract("one@1").value();
    while (runtime.next_event()) {
    }

    write_value(folder, "one", 2);
    CHECK(runtime.try_reload_bundle(folder).ok() && value_of(one) == 2);
    write_file(folder + "/main.lua", "this is no Lua");
    CHECK_FAILS(runtime.try_reload_bundle(polyplug::bundle_id("one")), POLYPLUG_ERROR_LOAD_FAILED,
                "main.lua:1");
    CHECK(value_of(one) == 2);
    {
        const polyplug::Listing listing = runtime.try_listing().value();
        CHECK(listing.size() == 1 && listing[0].load_number() == 2);
        CHECK(says(listing[0].last_error(), "main.lua:1"));
    }
    write_value(folder, "one", 3);
    CHECK(runtime.try_request_reload(polyplug::bundle_id("one")).ok() && value_of(one) == 2);
    std::uint32_t committed = 0;
    wait_until([&] {
        committed += runtime.try_poll(polyplug::Quiescent::Yes).value();
        return value_of(one) == 3;
    });
    CHECK(committed == 1);

    unsigned reloaded = 0;
    unsigned failed = 0;
    while (const auto event = runtime.next_event()) {
        reloaded += event->kind == EventKind::Reloaded ? 1U : 0U;
        if (event->kind == EventKind::Failed) {
            ++failed;
            CHECK(event->bundle == "one" && event->code == POLYPLUG_ERROR_LOAD_FAILED);
            CHECK(says(event->message, "main.lua:1"));
        }
    }
    CHECK(reloaded == 2 && failed == 1);

    CHECK(runtime.try_unload_bundle(polyplug::bundle_id("one")).ok());
    CHECK_FAILS(one.try_call<std::uint32_t>(0), POLYPLUG_ERROR_STALE_HANDLE, "one");
    CHECK(runtime.try_load_bundle(folder).ok() && value_of(one) == 3);
    CHECK(runtime.try_unload_bundle_cascade(polyplug::bundle_id("one")).ok());
    CHECK_FAILS(runtime.try_unload_bundle(1), POLYPLUG_ERROR_BUNDLE_NOT_LOADED, "");
}

void watched_folders_are_followed(const std::string &mods) {
    const std::string folder = make_value(mods, "two", 1);
    std::mutex lock;
    std::vector<std::string> told;
    std::vector<std::string> logged;
    const Runtime runtime =
        runtime_of(polyplug::Options()
                       .plugin_dir(mods)
                       .watch()
                       .quiet_time(std::chrono::milliseconds(20))
                       .call_limit(std::chrono::seconds(5))
                       .memory_limit(64U << 20U)
                       .grant("*", "stdout")
                       .log_level(polyplug::LogLevel::Info)
                       .on_event([&](const polyplug::Event &event) {
                           const std::lock_guard<std::mutex> guard(lock);
                           if (event.kind == EventKind::Reloaded) {
                               told.push_back(event.bundle);
                           }
                       })
                       .on_log([&](polyplug::LogLevel level, std::string_view scope,
                                   std::string_view message) {
                           const std::lock_guard<std::mutex> guard(lock);
                           CHECK(level != polyplug::LogLevel::Off);
                           logged.push_back(std::string(scope) + ": " + std::string(message));
                       }));
    const polyplug::Contract two = runtime.try_contract("two@1").value();
    write_value(folder, "two", 2);
    wait_until([&] { return runtime.try_poll().ok() && value_of(two) == 2; });
    CHECK(told == std::vector<std::string>{"two"});

    runtime.log(polyplug::LogLevel::Info, "game", "a record");
    runtime.log(polyplug::LogLevel::Debug, "game", "not kept");
    CHECK(!logged.empty() && logged.back() == "game: a record");
    CHECK(runtime.try_unwatch(mods).ok() && runtime.try_unwatch_all().ok());
    CHECK(runtime.try_watch(mods).ok());
}

void threads_call_while_bundles_change(const std::string &mods) {
    const std::string folder = make_value(mods, "three", 1);
    const Runtime runtime = runtime_of(polyplug::Options().plugin_dir(mods).hot_reload());
    const polyplug::Contract three = runtime.try_contract("three@1").value();
    std::atomic<bool> stop{false};
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 2; ++thread) {
        threads.emplace_back([&] {
            std::uint32_t last = 0;
            while (!stop) {
                const std::uint32_t value = value_of(three);
                CHECK(value >= last);
                last = value;
            }
        });
    }
    for (unsigned number = 2; number < 20; ++number) {
        write_value(folder, "three", number);
        CHECK(runtime.try_reload_bundle(folder).ok() && value_of(three) == number);
    }
    stop = true;
    for (std::thread &thread : threads) {
        thread.join();
    }

    CHECK(runtime.try_quiescent().ok());
    std::thread([&] {
        CHECK(runtime.try_thread_attach().ok() && runtime.try_thread_quiescent().ok());
        CHECK(runtime.try_thread_detach().ok());
    }).join();
    CHECK_FAILS(runtime.try_quiescent(), POLYPLUG_ERROR_INVALID_ARGUMENT, "thread");
}

} // namespace

int main(int argc, char **argv) {
    CHECK(argc == 2);
    const std::string mods = argv[1];
    for (const auto &test : {reloads_are_followed_and_told, watched_folders_are_followed,
                             threads_call_while_bundles_change}) {
        test(mods);
        std::filesystem::remove_all(mods);
        std::filesystem::create_directory(mods);
    }
    return 0;
}
