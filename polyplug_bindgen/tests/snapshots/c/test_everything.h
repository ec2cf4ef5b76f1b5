/* test.everything@1.2.0. Made by `polyplug bindgen`; changes are lost. */
#ifndef POLYPLUG_TEST_EVERYTHING_H
#define POLYPLUG_TEST_EVERYTHING_H

#include <polyplug/polyplug.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Every type of WIT, and names that are words of other languages. */
#define TEST_EVERYTHING_NAME "test.everything@1"
#define TEST_EVERYTHING_ID UINT64_C(0xaf47c99e6aae8518)
/* The hash of what callers and callee have to agree on. */
#define TEST_EVERYTHING_SHAPE UINT64_C(0x60f8224f42c43643)
#define TEST_EVERYTHING_VERSION "1.2.0"

enum {
    TEST_EVERYTHING_CALL_FLIP = 0,
    TEST_EVERYTHING_CALL_SMALL = 1,
    TEST_EVERYTHING_CALL_WIDE = 2,
    TEST_EVERYTHING_CALL_NEXT = 3,
    TEST_EVERYTHING_CALL_HALF = 4,
    TEST_EVERYTHING_CALL_DOUBLE = 5,
    TEST_EVERYTHING_CALL_AFTER = 6,
    TEST_EVERYTHING_CALL_GREET = 7,
    TEST_EVERYTHING_CALL_REVERSE = 8,
    TEST_EVERYTHING_CALL_CENTRE = 9,
    TEST_EVERYTHING_CALL_OLDEST = 10,
    TEST_EVERYTHING_CALL_BRIGHTER = 11,
    TEST_EVERYTHING_CALL_ALLOW = 12,
    TEST_EVERYTHING_CALL_AREA = 13,
    TEST_EVERYTHING_CALL_GROW = 14,
    TEST_EVERYTHING_CALL_SWAP = 15,
    TEST_EVERYTHING_CALL_TURN = 16,
    TEST_EVERYTHING_CALL_CHECK = 17,
    TEST_EVERYTHING_CALL_END = 18,
    TEST_EVERYTHING_CALL_KEPT = 19,
    TEST_EVERYTHING_CALL_NEW = 20
};

/* point: A point on a plane.
 * - x: To the right.
 * - y: Upwards. */
typedef struct TestEverythingPoint {
    float x;
    float y;
} TestEverythingPoint;

/* option<u8> */
typedef struct TestEverythingOptionU8 {
    bool is_some;
    uint8_t value;
} TestEverythingOptionU8;

/* person */
typedef struct TestEverythingPerson {
    PolyplugStringView name;
    TestEverythingOptionU8 age;
    bool default_;
} TestEverythingPerson;

/* color */
typedef uint8_t TestEverythingColor;
enum {
    TEST_EVERYTHING_COLOR_RED = 0,
    TEST_EVERYTHING_COLOR_DARK_GREEN = 1,
    TEST_EVERYTHING_COLOR_BLUE = 2
};

/* access: What one may do. */
typedef uint8_t TestEverythingAccess;
#define TEST_EVERYTHING_ACCESS_CAN_READ 0x1u
#define TEST_EVERYTHING_ACCESS_WRITE 0x2u
#define TEST_EVERYTHING_ACCESS_ALL 0x4u

/* list<point> */
typedef struct TestEverythingListPoint {
    const TestEverythingPoint *items;
    size_t len;
} TestEverythingListPoint;

/* shape
 * - dot: Has no size. */
typedef struct TestEverythingShape {
    uint8_t tag;
    union {
        double circle;
        TestEverythingListPoint path;
        PolyplugStringView named;
    } value;
} TestEverythingShape;
enum {
    TEST_EVERYTHING_SHAPE_DOT = 0,
    TEST_EVERYTHING_SHAPE_CIRCLE = 1,
    TEST_EVERYTHING_SHAPE_PATH = 2,
    TEST_EVERYTHING_SHAPE_NAMED = 3
};

/* the arguments of small */
typedef struct TestEverythingSmallArguments {
    int8_t a;
    uint8_t b;
    int16_t c;
    uint16_t d;
} TestEverythingSmallArguments;

/* the arguments of wide */
typedef struct TestEverythingWideArguments {
    int32_t a;
    uint32_t b;
} TestEverythingWideArguments;

/* list<u8> */
typedef struct TestEverythingListU8 {
    const uint8_t *items;
    size_t len;
} TestEverythingListU8;

/* option<point> */
typedef struct TestEverythingOptionPoint {
    bool is_some;
    TestEverythingPoint value;
} TestEverythingOptionPoint;

/* list<person> */
typedef struct TestEverythingListPerson {
    const TestEverythingPerson *items;
    size_t len;
} TestEverythingListPerson;

/* result<person, string> */
typedef struct TestEverythingResultPersonString {
    bool is_err;
    union {
        TestEverythingPerson ok;
        PolyplugStringView err;
    } value;
} TestEverythingResultPersonString;

/* the arguments of allow */
typedef struct TestEverythingAllowArguments {
    TestEverythingAccess access;
    TestEverythingAccess more;
} TestEverythingAllowArguments;

/* the arguments of grow */
typedef struct TestEverythingGrowArguments {
    TestEverythingShape shape;
    double by;
} TestEverythingGrowArguments;

/* tuple<string, u32> */
typedef struct TestEverythingTupleStringU32 {
    PolyplugStringView f0;
    uint32_t f1;
} TestEverythingTupleStringU32;

/* tuple<u32, string> */
typedef struct TestEverythingTupleU32String {
    uint32_t f0;
    PolyplugStringView f1;
} TestEverythingTupleU32String;

/* list<f32, 4> */
typedef struct TestEverythingArray4F32 {
    float items[4];
} TestEverythingArray4F32;

/* result */
typedef struct TestEverythingResultVoidVoid {
    bool is_err;
} TestEverythingResultVoidVoid;

/* option<option<u8>> */
typedef struct TestEverythingOptionOptionU8 {
    bool is_some;
    TestEverythingOptionU8 value;
} TestEverythingOptionOptionU8;

/* the arguments of end */
typedef struct TestEverythingEndArguments {
    int32_t int_;
    TestEverythingOptionOptionU8 class_;
} TestEverythingEndArguments;

#endif /* POLYPLUG_TEST_EVERYTHING_H */
