// The objects of the C++ headers: what may be copied, who owns what after a move, and what goes
// when.

#include "check.hpp"

#include <type_traits>
#include <utility>
#include <vector>

namespace {

template <typename T>
constexpr bool is_moved_only =
    std::is_nothrow_move_constructible_v<T> &&std::is_nothrow_move_assignable_v<T> &&
    !std::is_copy_constructible_v<T> && !std::is_copy_assignable_v<T>;
template <typename T>
constexpr bool is_a_value = std::is_copy_constructible_v<T> &&std::is_copy_assignable_v<T>;

static_assert(is_moved_only<polyplug::Runtime>);
static_assert(is_moved_only<polyplug::Instance>);
static_assert(is_moved_only<polyplug::Pin>);
static_assert(is_moved_only<polyplug::Listing>);
static_assert(is_a_value<polyplug::Contract> && std::is_trivially_copyable_v<polyplug::Contract>);
static_assert(is_a_value<polyplug::Event> && is_a_value<polyplug::Options> &&
              is_a_value<polyplug::Error>);
static_assert(!std::is_move_constructible_v<polyplug::Arena>);
static_assert(std::is_nothrow_move_constructible_v<polyplug::Result<polyplug::Runtime>> &&
              !std::is_copy_constructible_v<polyplug::Result<polyplug::Runtime>>);

void instances_go_when_their_owner_does(const polyplug::Runtime &runtime) {
    const polyplug::Contract named = runtime.try_contract("test.named@1").value();
    CHECK(objects(runtime) == 0);
    {
        polyplug::Instance one = named.try_create("one", 1U).value();
        polyplug::Instance two = named.try_create("two", 20U).value();
        CHECK(objects(runtime) == 2);

        const polyplug::Instance moved(std::move(one));
        CHECK(objects(runtime) == 2 && moved.try_call<std::uint32_t>(0).value() == 1);
        one = std::move(two);
        CHECK(objects(runtime) == 2 && one.try_call<std::string>(1).value() == "two");
        one = named.try_create("three", 30U).value();
        CHECK(objects(runtime) == 2 && one.try_call<std::uint32_t>(0).value() == 30);
        polyplug::Instance &self = one;
        one = std::move(self);
        CHECK(objects(runtime) == 2 && one.try_call<std::uint32_t>(0).value() == 31);

        const PolyplugGuestContractInstance released = one.release();
        CHECK(objects(runtime) == 2);
        const polyplug::Instance taken_over(named, released);
        CHECK(taken_over.try_call<std::uint32_t>(0).value() == 32);
    }
    CHECK(objects(runtime) == 0);
    {
        std::vector<polyplug::Instance> many;
        for (std::uint32_t number = 0; number < 20; ++number) {
            many.push_back(named.try_create("of many", number).value());
        }
        many.erase(many.begin() + 3);
        CHECK(objects(runtime) == 19 && many[3].try_call<std::uint32_t>(0).value() == 4);
    }
    CHECK(objects(runtime) == 0);
    CHECK_FAILS(named.try_create("", 1U), 301, "an object has a name");
    CHECK(objects(runtime) == 0);
}

void a_moved_runtime_is_the_same_one(const std::string &mods) {
    unsigned told = 0;
    polyplug::Runtime first = runtime_of(
        polyplug::Options().plugin_dir(mods).on_event([&told](const polyplug::Event &event) {
            told += event.kind == polyplug::EventKind::Unloaded ? 1U : 0U;
        }));
    const polyplug::Contract add = first.try_contract("test.add@1").value();
    const PolyplugHostApi *const host = first.get();
    polyplug::Runtime second(std::move(first));
    CHECK(second.get() == host && add.try_call<std::uint32_t>(0, 20U, 22U).value() == 42);
    CHECK(second.try_unload_bundle(polyplug::bundle_id("test_plugin_lua")).ok());
    CHECK(told == 1);

    polyplug::Runtime third = runtime_of(polyplug::Options());
    const PolyplugHostApi *const ended = third.get();
    third = std::move(second);
    CHECK(third.get() == host && third.try_poll().ok());
    CHECK(polyplug_poll(ended, 0, nullptr) == POLYPLUG_ERROR_INVALID_POINTER);
    polyplug::Runtime &self = third;
    third = std::move(self);
    CHECK(third.try_poll().ok());
}

void runtimes_end_with_their_scope() {
    const PolyplugHostApi *host = nullptr;
    {
        const polyplug::Runtime runtime = runtime_of(polyplug::Options());
        host = runtime.get();
        CHECK(polyplug_poll(host, 0, nullptr) == POLYPLUG_ERROR_OK);
    }
    CHECK(polyplug_poll(host, 0, nullptr) == POLYPLUG_ERROR_INVALID_POINTER);
    CHECK_FAILS(polyplug::Runtime::try_create(polyplug::Options().plugin_dir("/nowhere/at/all")),
                POLYPLUG_ERROR_GENERIC, "nowhere");
    CHECK_FAILS(polyplug::Runtime::try_create(polyplug::Options().grant("mods-*", "env")),
                POLYPLUG_ERROR_GENERIC, "`env:NAME`");
}

void pins_hold_until_they_go(const polyplug::Runtime &runtime) {
    {
        polyplug::Pin outer = runtime.try_pin().value();
        polyplug::Pin moved(std::move(outer));
        CHECK_FAILS(runtime.try_poll(), POLYPLUG_ERROR_REENTRANT_CALL, "a pin");
        polyplug::Pin inner = runtime.try_pin().value();
        { const polyplug::Pin short_lived(std::move(inner)); }
        CHECK_FAILS(runtime.try_poll(), POLYPLUG_ERROR_REENTRANT_CALL, "a pin");
        inner = runtime.try_pin().value();
        CHECK_FAILS(runtime.try_poll(), POLYPLUG_ERROR_REENTRANT_CALL, "a pin");
    }
    CHECK(runtime.try_poll().ok());
}

void listings_are_snapshots(const polyplug::Runtime &runtime) {
    polyplug::Listing listing = runtime.try_listing().value();
    const std::size_t size = listing.size();
    CHECK(size == 3 && listing[0].loaded());
    const polyplug::Listing moved(std::move(listing));
    CHECK(moved.size() == size && listing.size() == 0 && !(listing.begin() != listing.end()));
    listing = runtime.try_listing().value();
    CHECK(listing.size() == size);
    bool found = false;
    for (const polyplug::BundleInfo bundle : listing) {
        if (bundle.name() == "guest") {
            found = true;
            CHECK(bundle.id() == polyplug::bundle_id("guest") && bundle.loader() == "native");
            CHECK(bundle.version() == polyplug::Version(1, 2, 3) && bundle.load_number() == 1);
            CHECK(bundle.contracts().size() == 2 && bundle.last_error().empty());
        }
    }
    CHECK(found);
}

void arenas_grow_and_end(const polyplug::Runtime &runtime) {
    alignas(16) unsigned char region[64];
    polyplug::Arena arena(runtime.get(), region, sizeof(region));
    CHECK(arena.allocate(16) == region);
    for (int round = 0; round < 100; ++round) {
        auto *const place = static_cast<unsigned char *>(arena.allocate(5000, 64));
        CHECK(place != nullptr && reinterpret_cast<std::uintptr_t>(place) % 64 == 0);
        place[4999] = 1;
        if (round % 10 == 0) {
            arena.reset();
            CHECK(arena.allocate(1, 1) == region);
        }
    }
    const polyplug::Arena unused = runtime.arena();
}

void results_carry_values_and_errors() {
    using polyplug::Result;
    Result<std::string> text(std::string(100, 'x'));
    Result<std::string> moved(std::move(text));
    CHECK(moved.ok() && moved->size() == 100 && moved.code() == POLYPLUG_ERROR_OK);
    CHECK(moved.message().empty() && moved.value_or("other").size() == 100);
    const std::string taken = std::move(moved).value();
    CHECK(taken.size() == 100);

    Result<std::string> failed(polyplug::Error(300, "no luck"));
    const Result<std::string> failed_too(std::move(failed));
    CHECK_FAILS(failed_too, 300, "no luck");
    CHECK(failed_too.value_or("other") == "other");
    const Result<> nothing;
    CHECK(nothing.ok());
    const auto function = []() -> Result<std::uint32_t> { return polyplug::Error(301, "why"); };
    CHECK_FAILS(function(), 301, "why");
#ifndef POLYPLUG_NO_EXCEPTIONS
    try {
        static_cast<void>(failed_too.value());
        CHECK(false);
    } catch (const polyplug::Error &error) {
        CHECK(error.code() == 300 && std::string_view(error.what()) == "no luck");
    }
#endif
}

} // namespace

int main(int argc, char **argv) {
    CHECK(argc == 2);
    const std::string mods = argv[1];
    {
        const polyplug::Runtime runtime = runtime_of(polyplug::Options().plugin_dir(mods));
        instances_go_when_their_owner_does(runtime);
        pins_hold_until_they_go(runtime);
        listings_are_snapshots(runtime);
        arenas_grow_and_end(runtime);
    }
    a_moved_runtime_is_the_same_one(mods);
    runtimes_end_with_their_scope();
    results_carry_values_and_errors();
    return 0;
}
