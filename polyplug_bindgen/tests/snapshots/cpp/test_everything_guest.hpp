// test.everything@1.2.0. Made by `polyplug bindgen`; changes are lost.
#ifndef POLYPLUG_TEST_EVERYTHING_GUEST_HPP
#define POLYPLUG_TEST_EVERYTHING_GUEST_HPP

#include "test_everything.h"

#include <polyplug/plugin.hpp>
#include <polyplug/typed.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace test_everything {

// Every type of WIT, and names that are words of other languages.
// Provides the contract by a class with these functions. Any of them may be static, and may give
// a polyplug::Result.
//
//     bool flip(bool value)
//     std::int32_t small_(std::int8_t a, std::uint8_t b, std::int16_t c, std::uint16_t d)
//     std::int64_t wide(std::int32_t a, std::uint32_t b)
//     std::uint64_t next(std::uint64_t value)
//     float half(float value)
//     double double_(double value)
//     char32_t after(char32_t letter)
//     std::string greet(std::string_view name)
//     TestEverythingListU8 reverse(TestEverythingListU8 bytes)
//     TestEverythingOptionPoint centre(TestEverythingListPoint points)
//     TestEverythingResultPersonString oldest(TestEverythingListPerson people)
//     TestEverythingColor brighter(TestEverythingColor color)
//     TestEverythingAccess allow(TestEverythingAccess access, TestEverythingAccess more)
//     double area(const TestEverythingShape &shape)
//     TestEverythingShape grow(const TestEverythingShape &shape, double by)
//     TestEverythingTupleU32String swap(const TestEverythingTupleStringU32 &pair)
//     TestEverythingArray4F32 turn(TestEverythingArray4F32 row)
//     TestEverythingResultVoidVoid check(std::uint32_t value)
//     void end(std::int32_t int_, TestEverythingOptionOptionU8 class_)
//     std::int32_t kept()
//     void new_()
template <typename Class> void provide(polyplug::Bundle &bundle) {
    static_assert(polyplug::answers<&Class::flip,
                                    bool(bool)>,
                  "flip: func(value: bool) -> bool");
    static_assert(polyplug::answers<&Class::small_,
                                    std::int32_t(std::int8_t, std::uint8_t, std::int16_t, std::uint16_t)>,
                  "small: func(a: s8, b: u8, c: s16, d: u16) -> s32");
    static_assert(polyplug::answers<&Class::wide,
                                    std::int64_t(std::int32_t, std::uint32_t)>,
                  "wide: func(a: s32, b: u32) -> s64");
    static_assert(polyplug::answers<&Class::next,
                                    std::uint64_t(std::uint64_t)>,
                  "next: func(value: u64) -> u64");
    static_assert(polyplug::answers<&Class::half,
                                    float(float)>,
                  "half: func(value: f32) -> f32");
    static_assert(polyplug::answers<&Class::double_,
                                    double(double)>,
                  "double: func(value: f64) -> f64");
    static_assert(polyplug::answers<&Class::after,
                                    char32_t(char32_t)>,
                  "after: func(letter: char) -> char");
    static_assert(polyplug::answers<&Class::greet,
                                    std::string(std::string_view)>,
                  "greet: func(name: string) -> string");
    static_assert(polyplug::answers<&Class::reverse,
                                    TestEverythingListU8(TestEverythingListU8)>,
                  "reverse: func(bytes: list<u8>) -> list<u8>");
    static_assert(polyplug::answers<&Class::centre,
                                    TestEverythingOptionPoint(TestEverythingListPoint)>,
                  "centre: func(points: list<point>) -> option<point>");
    static_assert(polyplug::answers<&Class::oldest,
                                    TestEverythingResultPersonString(TestEverythingListPerson)>,
                  "oldest: func(people: list<person>) -> result<person, string>");
    static_assert(polyplug::answers<&Class::brighter,
                                    TestEverythingColor(TestEverythingColor)>,
                  "brighter: func(color: color) -> color");
    static_assert(polyplug::answers<&Class::allow,
                                    TestEverythingAccess(TestEverythingAccess, TestEverythingAccess)>,
                  "allow: func(access: access, more: access) -> access");
    static_assert(polyplug::answers<&Class::area,
                                    double(TestEverythingShape)>,
                  "area: func(shape: shape) -> f64");
    static_assert(polyplug::answers<&Class::grow,
                                    TestEverythingShape(TestEverythingShape, double)>,
                  "grow: func(shape: shape, by: f64) -> shape");
    static_assert(polyplug::answers<&Class::swap,
                                    TestEverythingTupleU32String(TestEverythingTupleStringU32)>,
                  "swap: func(pair: tuple<string, u32>) -> tuple<u32, string>");
    static_assert(polyplug::answers<&Class::turn,
                                    TestEverythingArray4F32(TestEverythingArray4F32)>,
                  "turn: func(row: list<f32, 4>) -> list<f32, 4>");
    static_assert(polyplug::answers<&Class::check,
                                    TestEverythingResultVoidVoid(std::uint32_t)>,
                  "check: func(value: u32) -> result");
    static_assert(polyplug::answers<&Class::end,
                                    void(std::int32_t, TestEverythingOptionOptionU8)>,
                  "end: func(int: s32, class: option<option<u8>>)");
    static_assert(polyplug::answers<&Class::kept,
                                    std::int32_t()>,
                  "kept: func() -> s32");
    static_assert(polyplug::answers<&Class::new_,
                                    void()>,
                  "new: func()");
    bundle.provide<Class,
                   &Class::flip,
                   &Class::small_,
                   &Class::wide,
                   &Class::next,
                   &Class::half,
                   &Class::double_,
                   &Class::after,
                   &Class::greet,
                   &Class::reverse,
                   &Class::centre,
                   &Class::oldest,
                   &Class::brighter,
                   &Class::allow,
                   &Class::area,
                   &Class::grow,
                   &Class::swap,
                   &Class::turn,
                   &Class::check,
                   &Class::end,
                   &Class::kept,
                   &Class::new_>("test.everything@1.2.0");
}

// The shape for the export polyplug_shape_hash; 0 for another contract.
constexpr std::uint64_t shape_of(std::uint64_t contract_id) noexcept {
    return contract_id == TEST_EVERYTHING_ID ? TEST_EVERYTHING_SHAPE : 0;
}

} // namespace test_everything

#endif // POLYPLUG_TEST_EVERYTHING_GUEST_HPP
