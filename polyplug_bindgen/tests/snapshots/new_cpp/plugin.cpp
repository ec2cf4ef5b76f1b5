#include "test_everything_guest.hpp"

namespace {

// test.everything@1.2.0
class TestEverythingPlugin {
  public:
    // The other truth value.
    bool flip(bool /*value*/) {
        return {}; // to be written
    }

    // The sum.
    std::int32_t small_(std::int8_t /*a*/, std::uint8_t /*b*/, std::int16_t /*c*/,
                        std::uint16_t /*d*/) {
        return {}; // to be written
    }

    // The product.
    std::int64_t wide(std::int32_t /*a*/, std::uint32_t /*b*/) {
        return {}; // to be written
    }

    // One more.
    std::uint64_t next(std::uint64_t /*value*/) {
        return {}; // to be written
    }

    float half(float /*value*/) {
        return {}; // to be written
    }

    double double_(double /*value*/) {
        return {}; // to be written
    }

    // The letter behind this one.
    char32_t after(char32_t /*letter*/) {
        return {}; // to be written
    }

    // A greeting
    // of one line.
    std::string greet(std::string_view /*name*/) {
        return {}; // to be written
    }

    // The same bytes from the end.
    TestEverythingListU8 reverse(TestEverythingListU8 /*bytes*/) {
        return {}; // to be written
    }

    // The middle of all points, if there is any.
    TestEverythingOptionPoint centre(TestEverythingListPoint /*points*/) {
        return {}; // to be written
    }

    // The oldest whose age is known, or why there is none.
    TestEverythingResultPersonString oldest(TestEverythingListPerson /*people*/) {
        return {}; // to be written
    }

    // The next color; behind the last comes the first.
    TestEverythingColor brighter(TestEverythingColor /*color*/) {
        return {}; // to be written
    }

    TestEverythingAccess allow(TestEverythingAccess /*access*/, TestEverythingAccess /*more*/) {
        return {}; // to be written
    }

    double area(const TestEverythingShape &/*shape*/) {
        return {}; // to be written
    }

    TestEverythingShape grow(const TestEverythingShape &/*shape*/, double /*by*/) {
        return {}; // to be written
    }

    TestEverythingTupleU32String swap(const TestEverythingTupleStringU32 &/*pair*/) {
        return {}; // to be written
    }

    // From the end.
    TestEverythingArray4F32 turn(TestEverythingArray4F32 /*row*/) {
        return {}; // to be written
    }

    // Whether the number is even; an odd one is an error.
    TestEverythingResultVoidVoid check(std::uint32_t /*value*/) {
        return {}; // to be written
    }

    // Keeps `int` if `class` is there.
    void end(std::int32_t /*int_*/, TestEverythingOptionOptionU8 /*class_*/) {
        // to be written
    }

    // What `end` has kept.
    std::int32_t kept() {
        return {}; // to be written
    }

    // Fails.
    void new_() {
        // to be written
    }
};

void start(polyplug::Bundle &bundle) {
    test_everything::provide<TestEverythingPlugin>(bundle);
}

} // namespace

POLYPLUG_PLUGIN(start);

POLYPLUG_EXPORT std::uint64_t polyplug_shape_hash(std::uint64_t contract_id) {
    return test_everything::shape_of(contract_id);
}
