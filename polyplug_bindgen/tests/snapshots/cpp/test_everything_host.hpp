// test.everything@1.2.0. Made by `polyplug bindgen`; changes are lost.
#ifndef POLYPLUG_TEST_EVERYTHING_HOST_HPP
#define POLYPLUG_TEST_EVERYTHING_HOST_HPP

#include "test_everything.h"

#include <polyplug/host.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace test_everything {

// Every type of WIT, and names that are words of other languages.
// `Callee` is what they are called on: the contract, or an object.
template <typename Callee> class Functions {
  public:
    // The other truth value.
    polyplug::Result<bool> try_flip(bool value) const {
        return callee_.template try_call<bool>(TEST_EVERYTHING_CALL_FLIP, value);
    }

    // The sum.
    polyplug::Result<std::int32_t> try_small(std::int8_t a, std::uint8_t b, std::int16_t c,
                                             std::uint16_t d) const {
        return callee_.template try_call<std::int32_t>(TEST_EVERYTHING_CALL_SMALL, a, b, c, d);
    }

    // The product.
    polyplug::Result<std::int64_t> try_wide(std::int32_t a, std::uint32_t b) const {
        return callee_.template try_call<std::int64_t>(TEST_EVERYTHING_CALL_WIDE, a, b);
    }

    // One more.
    polyplug::Result<std::uint64_t> try_next(std::uint64_t value) const {
        return callee_.template try_call<std::uint64_t>(TEST_EVERYTHING_CALL_NEXT, value);
    }

    polyplug::Result<float> try_half(float value) const {
        return callee_.template try_call<float>(TEST_EVERYTHING_CALL_HALF, value);
    }

    polyplug::Result<double> try_double(double value) const {
        return callee_.template try_call<double>(TEST_EVERYTHING_CALL_DOUBLE, value);
    }

    // The letter behind this one.
    polyplug::Result<char32_t> try_after(char32_t letter) const {
        return callee_.template try_call<char32_t>(TEST_EVERYTHING_CALL_AFTER, letter);
    }

    // A greeting
    // of one line.
    polyplug::Result<std::string> try_greet(std::string_view name) const {
        return callee_.template try_call<std::string>(TEST_EVERYTHING_CALL_GREET, name);
    }

    // The same bytes from the end.
    polyplug::Result<TestEverythingListU8> try_reverse(polyplug::Arena &arena,
        TestEverythingListU8 bytes) const {
        return callee_.template try_call<TestEverythingListU8>(arena, TEST_EVERYTHING_CALL_REVERSE, bytes);
    }

    // The middle of all points, if there is any.
    polyplug::Result<TestEverythingOptionPoint> try_centre(TestEverythingListPoint points) const {
        return callee_.template try_call<TestEverythingOptionPoint>(TEST_EVERYTHING_CALL_CENTRE, points);
    }

    // The oldest whose age is known, or why there is none.
    polyplug::Result<TestEverythingResultPersonString> try_oldest(polyplug::Arena &arena,
        TestEverythingListPerson people) const {
        return callee_.template try_call<TestEverythingResultPersonString>(arena, TEST_EVERYTHING_CALL_OLDEST, people);
    }

    // The next color; behind the last comes the first.
    polyplug::Result<TestEverythingColor> try_brighter(TestEverythingColor color) const {
        return callee_.template try_call<TestEverythingColor>(TEST_EVERYTHING_CALL_BRIGHTER, color);
    }

    polyplug::Result<TestEverythingAccess> try_allow(TestEverythingAccess access,
        TestEverythingAccess more) const {
        return callee_.template try_call<TestEverythingAccess>(TEST_EVERYTHING_CALL_ALLOW, access, more);
    }

    polyplug::Result<double> try_area(const TestEverythingShape &shape) const {
        return callee_.template try_call<double>(TEST_EVERYTHING_CALL_AREA, shape);
    }

    polyplug::Result<TestEverythingShape> try_grow(polyplug::Arena &arena,
        const TestEverythingShape &shape, double by) const {
        return callee_.template try_call<TestEverythingShape>(arena, TEST_EVERYTHING_CALL_GROW, shape, by);
    }

    polyplug::Result<TestEverythingTupleU32String> try_swap(polyplug::Arena &arena,
        const TestEverythingTupleStringU32 &pair) const {
        return callee_.template try_call<TestEverythingTupleU32String>(arena, TEST_EVERYTHING_CALL_SWAP, pair);
    }

    // From the end.
    polyplug::Result<TestEverythingArray4F32> try_turn(TestEverythingArray4F32 row) const {
        return callee_.template try_call<TestEverythingArray4F32>(TEST_EVERYTHING_CALL_TURN, row);
    }

    // Whether the number is even; an odd one is an error.
    polyplug::Result<TestEverythingResultVoidVoid> try_check(std::uint32_t value) const {
        return callee_.template try_call<TestEverythingResultVoidVoid>(TEST_EVERYTHING_CALL_CHECK, value);
    }

    // Keeps `int` if `class` is there.
    polyplug::Result<> try_end(std::int32_t int_, TestEverythingOptionOptionU8 class_) const {
        return callee_.template try_call<void>(TEST_EVERYTHING_CALL_END, int_, class_);
    }

    // What `end` has kept.
    polyplug::Result<std::int32_t> try_kept() const {
        return callee_.template try_call<std::int32_t>(TEST_EVERYTHING_CALL_KEPT);
    }

    // Fails.
    polyplug::Result<> try_new() const {
        return callee_.template try_call<void>(TEST_EVERYTHING_CALL_NEW);
    }

#ifndef POLYPLUG_NO_EXCEPTIONS
    // As above, with exceptions.
    bool flip(bool value) const { return try_flip(value).value(); }
    std::int32_t small_(std::int8_t a, std::uint8_t b, std::int16_t c, std::uint16_t d) const {
        return try_small(a, b, c, d).value();
    }
    std::int64_t wide(std::int32_t a, std::uint32_t b) const { return try_wide(a, b).value(); }
    std::uint64_t next(std::uint64_t value) const { return try_next(value).value(); }
    float half(float value) const { return try_half(value).value(); }
    double double_(double value) const { return try_double(value).value(); }
    char32_t after(char32_t letter) const { return try_after(letter).value(); }
    std::string greet(std::string_view name) const { return try_greet(name).value(); }
    TestEverythingListU8 reverse(polyplug::Arena &arena, TestEverythingListU8 bytes) const {
        return try_reverse(arena, bytes).value();
    }
    TestEverythingOptionPoint centre(TestEverythingListPoint points) const {
        return try_centre(points).value();
    }
    TestEverythingResultPersonString oldest(polyplug::Arena &arena,
                                            TestEverythingListPerson people) const {
        return try_oldest(arena, people).value();
    }
    TestEverythingColor brighter(TestEverythingColor color) const {
        return try_brighter(color).value();
    }
    TestEverythingAccess allow(TestEverythingAccess access, TestEverythingAccess more) const {
        return try_allow(access, more).value();
    }
    double area(const TestEverythingShape &shape) const { return try_area(shape).value(); }
    TestEverythingShape grow(polyplug::Arena &arena, const TestEverythingShape &shape,
                             double by) const {
        return try_grow(arena, shape, by).value();
    }
    TestEverythingTupleU32String swap(polyplug::Arena &arena,
                                      const TestEverythingTupleStringU32 &pair) const {
        return try_swap(arena, pair).value();
    }
    TestEverythingArray4F32 turn(TestEverythingArray4F32 row) const { return try_turn(row).value(); }
    TestEverythingResultVoidVoid check(std::uint32_t value) const {
        return try_check(value).value();
    }
    void end(std::int32_t int_, TestEverythingOptionOptionU8 class_) const {
        return try_end(int_, class_).value();
    }
    std::int32_t kept() const { return try_kept().value(); }
    void new_() const { return try_new().value(); }
#endif

  protected:
    explicit Functions(Callee callee) noexcept : callee_(std::move(callee)) {}

    Callee callee_;
};

// An object of the contract, destroyed with this. It survives reloads of its bundle, not an unload,
// and has to go before its runtime.
class Object : public Functions<polyplug::Instance> {
  public:
    const polyplug::Instance &instance() const noexcept { return callee_; }

  private:
    friend class Caller;
    explicit Object(polyplug::Instance instance) noexcept : Functions(std::move(instance)) {}
};

// It is a value, follows every reload, and has to go before its runtime.
class Caller : public Functions<polyplug::Contract> {
  public:
    // Finds the contract: an error if nobody provides it in this shape.
    static polyplug::Result<Caller> try_bind(const polyplug::Runtime &runtime) {
        const PolyplugContract *const found =
            polyplug_contract_checked(runtime.get(), TEST_EVERYTHING_NAME, TEST_EVERYTHING_SHAPE);
        if (found == nullptr) {
            return polyplug::Error(POLYPLUG_ERROR_NOT_FOUND,
                                   polyplug::text_of(polyplug_last_error()));
        }
        return Caller(polyplug::Contract(runtime.get(), found));
    }

    // Makes an object: an error if the constructor fails, or if there are no objects.
    polyplug::Result<Object> try_create() const {
        polyplug::Result<polyplug::Instance> made = callee_.try_create();
        if (!made) {
            return made.error();
        }
        return Object(std::move(*made));
    }

#ifndef POLYPLUG_NO_EXCEPTIONS
    // As above, with exceptions.
    static Caller bind(const polyplug::Runtime &runtime) { return try_bind(runtime).value(); }
    Object create() const { return try_create().value(); }
#endif

    const polyplug::Contract &contract() const noexcept { return callee_; }

  private:
    explicit Caller(const polyplug::Contract &contract) noexcept : Functions(contract) {}
};

} // namespace test_everything

#endif // POLYPLUG_TEST_EVERYTHING_HOST_HPP
