// A host over the generated C++ header calls a contract that has every type of WIT, whoever provides it.
#include "test_everything_host.hpp"

#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            std::cerr << __FILE__ << ":" << __LINE__ << ": " << #condition << "\n";                \
            std::exit(1);                                                                          \
        }                                                                                          \
    } while (false)

namespace {

bool is(PolyplugStringView text, std::string_view whole) {
    return polyplug::text_of(text) == whole;
}

void numbers(const test_everything::Caller &all) {
    CHECK(!all.flip(true));
    CHECK(all.small_(-128, 255, -32768, 65535) == -128 + 255 - 32768 + 65535);
    CHECK(all.wide(-3, 4000000000U) == -12000000000LL);
    CHECK(all.next(9007199254740993ULL) == 9007199254740994ULL);
    CHECK(all.half(3.0F) > 1.49F && all.double_(1.25) > 2.49);
    CHECK(all.after(U'a') == U'b');
}

void texts_and_lists(const test_everything::Caller &all, polyplug::Arena &arena) {
    CHECK(all.greet("Ada") == "Hello, Ada!");
    const std::uint8_t bytes[] = {1, 0, 255};
    const TestEverythingListU8 reversed = all.reverse(arena, {bytes, 3});
    CHECK(reversed.len == 3 && reversed.items[0] == 255 && reversed.items[2] == 1);
    const TestEverythingPoint corners[] = {{0, 0}, {2, 4}};
    const TestEverythingOptionPoint centre = all.centre({corners, 2});
    CHECK(centre.is_some && centre.value.x > 0.9F && centre.value.y > 1.9F);
    CHECK(!all.centre({nullptr, 0}).is_some);
    CHECK(all.turn({{1, 2, 3, 4}}).items[0] > 3.9F);
}

void records(const test_everything::Caller &all, polyplug::Arena &arena) {
    const TestEverythingPerson people[] = {
        {polyplug::view_of("Ada"), {true, 36}, false},
        {polyplug::view_of("Eve"), {true, 40}, true},
    };
    const TestEverythingResultPersonString oldest = all.oldest(arena, {people, 2});
    CHECK(!oldest.is_err && is(oldest.value.ok.name, "Eve") && oldest.value.ok.default_);
    const TestEverythingResultPersonString nobody = all.oldest(arena, {people, 0});
    CHECK(nobody.is_err && is(nobody.value.err, "no age is known"));
    const TestEverythingTupleU32String swapped = all.swap(arena, {polyplug::view_of("left"), 7});
    CHECK(swapped.f0 == 7 && is(swapped.f1, "left"));
}

void cases(const test_everything::Caller &all, polyplug::Arena &arena) {
    CHECK(all.brighter(TEST_EVERYTHING_COLOR_RED) == TEST_EVERYTHING_COLOR_DARK_GREEN);
    CHECK(all.allow(TEST_EVERYTHING_ACCESS_CAN_READ, TEST_EVERYTHING_ACCESS_ALL) ==
          (TEST_EVERYTHING_ACCESS_CAN_READ | TEST_EVERYTHING_ACCESS_ALL));
    TestEverythingShape shape{};
    shape.tag = TEST_EVERYTHING_SHAPE_CIRCLE;
    shape.value.circle = 2;
    CHECK(all.area(shape) > 11.9 && all.grow(arena, shape, 1.5).value.circle > 3.4);
    shape.tag = TEST_EVERYTHING_SHAPE_NAMED;
    shape.value.named = polyplug::view_of("moon");
    CHECK(is(all.grow(arena, shape, 0).value.named, "moon+"));
    CHECK(!all.check(4).is_err && all.check(5).is_err);
}

void nothing_and_failures(const test_everything::Caller &all) {
    all.end(40, {true, {true, 2}});
    CHECK(all.kept() == 42);
    all.end(7, {false, {false, 0}});
    CHECK(all.kept() == 42);
    const auto failed = all.try_new();
    CHECK(!failed && std::string(failed.error().what()).find("nothing is new") != std::string::npos);
}

} // namespace

int main(int argc, char **argv) {
    CHECK(argc == 2);
    const polyplug::Runtime runtime;
    CHECK(!test_everything::Caller::try_bind(runtime));
    runtime.load_folder(argv[1]);
    const test_everything::Caller all = test_everything::Caller::bind(runtime);
    polyplug::Arena arena = runtime.arena();
    numbers(all);
    texts_and_lists(all, arena);
    records(all, arena);
    cases(all, arena);
    nothing_and_failures(all);
}
