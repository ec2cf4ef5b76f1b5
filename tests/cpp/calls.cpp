// Typed calls in both directions: host to bundles in Lua and C++, bundle to bundle, bundle to host.

#include "check.hpp"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace {

using polyplug::Runtime;

struct Numbers {
    const std::uint32_t *items;
    std::size_t count;
};

void numbers_cross(const Runtime &runtime) {
    const polyplug::Contract add = runtime.try_contract("test.add@1").value();
    CHECK(add.try_call<std::uint32_t>(0, 20U, 22U).value() == 42);
    const auto typed = add.function<std::uint32_t(std::uint32_t, std::uint32_t)>(0);
    const long small = 2;
    CHECK(typed.try_call(40, static_cast<std::uint32_t>(small)).value() == 42);
    CHECK_FAILS(add.try_call<std::uint32_t>(7, 20U, 22U), POLYPLUG_ERROR_FUNCTION_NOT_AVAILABLE,
                "no function 7");
    using Add = std::uint32_t(std::uint32_t, std::uint32_t);
    const auto of_a_temporary = runtime.try_contract("test.add@1").value().function<Add>(0);
    CHECK(of_a_temporary.try_call(20, 22).value() == 42);
    const polyplug::Contract same =
        runtime.try_contract_of_bundle("test_plugin_lua", "test.add@1").value();
    CHECK(same.get() == add.get());
    CHECK(runtime.contracts("test.add@1").size() == 1 && runtime.contracts("test.add@2").empty());

    const polyplug::Contract guest = runtime.try_contract("test.guest@1").value();
    const auto both = guest.function<bool(bool, bool)>(7);
    CHECK(both.try_call(true, true).value() && !both.try_call(true, false).value());
}

void texts_cross(const Runtime &runtime) {
    const polyplug::Contract greeter = runtime.try_contract("test.greeter@1").value();
    CHECK(greeter.try_call<std::string>(0, "world").value() == "hello, world");
    const std::string long_name(1000, 'x');
    CHECK(greeter.try_call<std::string>(0, long_name).value() == "hello, " + long_name);

    const polyplug::Contract guest = runtime.try_contract("test.guest@1").value();
    polyplug::Arena arena = runtime.arena();
    const auto repeat = guest.function<std::string_view(std::string_view, std::uint32_t)>(2);
    const std::string_view short_text = repeat.try_call(arena, "ab", 2).value();
    const std::string_view long_text = repeat.try_call(arena, "abc", 10000).value();
    const std::string_view none = repeat.try_call(arena, "abc", 0).value();
    CHECK(short_text == "abab" && long_text.size() == 30000 && none.empty());
    const auto numbers = guest.try_call<Numbers>(arena, 3, 5000U).value();
    CHECK(numbers.count == 5000 && numbers.items[4999] == 5000 && short_text == "abab");
}

void objects_answer(const Runtime &runtime) {
    const polyplug::Contract named = runtime.try_contract("test.named@1").value();
    const std::string name = "Ada";
    const polyplug::Instance ada = named.try_create(name, 7U).value();
    auto next = ada.function<std::uint32_t()>(1);
    next = ada.function<std::uint32_t()>(0);
    CHECK(next.try_call().value() == 7 && next.try_call().value() == 8);
    CHECK(ada.try_call<std::string>(1).value() == "Ada");
    CHECK_FAILS(named.try_call<std::uint32_t>(0), POLYPLUG_ERROR_INVALID_ARGUMENT,
                "create an instance first");
}

class Score {
  public:
    polyplug::Result<> add(std::int32_t points) {
        if (points < 0) {
            return polyplug::Error(302, "points are not taken away");
        }
        sum_ += points;
        return {};
    }
    std::int64_t read() const noexcept { return sum_; }

  private:
    std::int64_t sum_ = 100;
};

void bundles_call_each_other_and_the_host(const Runtime &runtime) {
    const polyplug::Contract guest = runtime.try_contract("test.guest@1").value();
    CHECK(guest.try_call<std::uint32_t>(0, 40U, 2U).value() == 42);
    CHECK(guest.try_call<std::string>(4, "you").value() == "hello, you");
    CHECK(guest.try_call<std::int64_t>(1, 5).value() == 105);
    CHECK_FAILS(guest.try_call<std::int64_t>(1, -5), 302, "not taken away");
    CHECK_FAILS(guest.try_call(6, 0U), POLYPLUG_ERROR_NOT_FOUND, "`nobody@1`");
    CHECK_FAILS(guest.try_call(6, 1U), POLYPLUG_ERROR_HOST_CONTRACT_NOT_FOUND, "contract");
    CHECK_FAILS(guest.try_call(6, 2U), POLYPLUG_ERROR_INVALID_ARGUMENT, "`no version`");
}

void failures_arrive(const Runtime &runtime) {
    const polyplug::Contract guest = runtime.try_contract("test.guest@1").value();
    CHECK_FAILS(guest.try_call(5, "out of fuel"), POLYPLUG_ERROR_PANIC, "out of fuel");
    CHECK_FAILS(guest.try_call(5, std::string(2000, 'x')), POLYPLUG_ERROR_PANIC, "xxx");
#ifndef POLYPLUG_NO_EXCEPTIONS
    try {
        guest.call(5, "out of fuel");
        CHECK(false);
    } catch (const polyplug::Error &error) {
        CHECK(error.code() == POLYPLUG_ERROR_PANIC && says(error.what(), "out of fuel"));
    }
    const polyplug::Contract adder = runtime.contract("test.add@1");
    CHECK((adder.function<std::uint32_t(std::uint32_t, std::uint32_t)>(0)(20, 22) == 42));
    CHECK(runtime.contract("test.named@1").create("Ada", 1U).call<std::string>(1) == "Ada");
    try {
        static_cast<void>(runtime.contract("test.add@2"));
        CHECK(false);
    } catch (const std::runtime_error &error) {
        CHECK(says(error.what(), "test.add@2"));
    }
#endif
}

} // namespace

int main(int argc, char **argv) {
    CHECK(argc == 2);
    Score score;
    const Runtime runtime = runtime_of(polyplug::Options());
    CHECK((runtime.try_provide<&Score::add, &Score::read>("host.score@1.3", score).ok()));
    const polyplug::LoadCount count = runtime.try_load_folder(argv[1]).value();
    CHECK(count.loaded == 3 && count.failed == 0);
    numbers_cross(runtime);
    texts_cross(runtime);
    objects_answer(runtime);
    bundles_call_each_other_and_the_host(runtime);
    failures_arrive(runtime);
    CHECK(score.read() == 105);
    return 0;
}
