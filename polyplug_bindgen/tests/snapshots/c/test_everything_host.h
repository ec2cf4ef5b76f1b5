/* test.everything@1.2.0. Made by `polyplug bindgen`; changes are lost. */
#ifndef POLYPLUG_TEST_EVERYTHING_HOST_H
#define POLYPLUG_TEST_EVERYTHING_HOST_H

#include "test_everything.h"

/* A caller of the contract. It is a value, follows every reload, and has to go before its runtime. */
typedef struct TestEverything {
    const PolyplugContract *contract;
    /* The object that is called; without data the one that is always there. */
    PolyplugGuestContractInstance instance;
} TestEverything;

/* Finds the contract. If nobody provides it in this shape, `contract` is null and
 * polyplug_last_error() says why. */
static inline TestEverything test_everything_bind(const PolyplugHostApi *host) {
    TestEverything caller = {NULL, {NULL, 0}};
    caller.contract = polyplug_contract_checked(host, TEST_EVERYTHING_NAME, TEST_EVERYTHING_SHAPE);
    return caller;
}

/* Makes an object, which test_everything_destroy() ends. */
static inline uint32_t test_everything_create(TestEverything caller, TestEverything *object) {
    object->contract = caller.contract;
    return polyplug_create(caller.contract, NULL, &object->instance);
}

static inline uint32_t test_everything_destroy(TestEverything object) {
    return polyplug_destroy(object.contract, object.instance);
}

/* The other truth value. */
static inline uint32_t test_everything_flip(TestEverything caller, bool value, bool *result) {
    return polyplug_call(caller.contract, caller.instance, TEST_EVERYTHING_CALL_FLIP,
                         &value, result, NULL);
}

/* The sum. */
static inline uint32_t test_everything_small(TestEverything caller, int8_t a, uint8_t b, int16_t c,
                                             uint16_t d, int32_t *result) {
    const TestEverythingSmallArguments arguments = {a, b, c, d};
    return polyplug_call(caller.contract, caller.instance, TEST_EVERYTHING_CALL_SMALL,
                         &arguments, result, NULL);
}

/* The product. */
static inline uint32_t test_everything_wide(TestEverything caller, int32_t a, uint32_t b,
                                            int64_t *result) {
    const TestEverythingWideArguments arguments = {a, b};
    return polyplug_call(caller.contract, caller.instance, TEST_EVERYTHING_CALL_WIDE,
                         &arguments, result, NULL);
}

/* One more. */
static inline uint32_t test_everything_next(TestEverything caller, uint64_t value,
                                            uint64_t *result) {
    return polyplug_call(caller.contract, caller.instance, TEST_EVERYTHING_CALL_NEXT,
                         &value, result, NULL);
}

static inline uint32_t test_everything_half(TestEverything caller, float value, float *result) {
    return polyplug_call(caller.contract, caller.instance, TEST_EVERYTHING_CALL_HALF,
                         &value, result, NULL);
}

static inline uint32_t test_everything_double(TestEverything caller, double value,
                                              double *result) {
    return polyplug_call(caller.contract, caller.instance, TEST_EVERYTHING_CALL_DOUBLE,
                         &value, result, NULL);
}

/* The letter behind this one. */
static inline uint32_t test_everything_after(TestEverything caller, uint32_t letter,
                                             uint32_t *result) {
    return polyplug_call(caller.contract, caller.instance, TEST_EVERYTHING_CALL_AFTER,
                         &letter, result, NULL);
}

/* A greeting
 * of one line. */
static inline uint32_t test_everything_greet(TestEverything caller, PolyplugStringView name,
                                             PolyplugStringView *result,
                                             PolyplugCallArena *arena) {
    return polyplug_call(caller.contract, caller.instance, TEST_EVERYTHING_CALL_GREET,
                         &name, result, arena);
}

/* The same bytes from the end. */
static inline uint32_t test_everything_reverse(TestEverything caller, TestEverythingListU8 bytes,
                                               TestEverythingListU8 *result,
                                               PolyplugCallArena *arena) {
    return polyplug_call(caller.contract, caller.instance, TEST_EVERYTHING_CALL_REVERSE,
                         &bytes, result, arena);
}

/* The middle of all points, if there is any. */
static inline uint32_t test_everything_centre(TestEverything caller, TestEverythingListPoint points,
                                              TestEverythingOptionPoint *result) {
    return polyplug_call(caller.contract, caller.instance, TEST_EVERYTHING_CALL_CENTRE,
                         &points, result, NULL);
}

/* The oldest whose age is known, or why there is none. */
static inline uint32_t test_everything_oldest(TestEverything caller,
                                              TestEverythingListPerson people,
                                              TestEverythingResultPersonString *result,
                                              PolyplugCallArena *arena) {
    return polyplug_call(caller.contract, caller.instance, TEST_EVERYTHING_CALL_OLDEST,
                         &people, result, arena);
}

/* The next color; behind the last comes the first. */
static inline uint32_t test_everything_brighter(TestEverything caller, TestEverythingColor color,
                                                TestEverythingColor *result) {
    return polyplug_call(caller.contract, caller.instance, TEST_EVERYTHING_CALL_BRIGHTER,
                         &color, result, NULL);
}

static inline uint32_t test_everything_allow(TestEverything caller, TestEverythingAccess access,
                                             TestEverythingAccess more,
                                             TestEverythingAccess *result) {
    const TestEverythingAllowArguments arguments = {access, more};
    return polyplug_call(caller.contract, caller.instance, TEST_EVERYTHING_CALL_ALLOW,
                         &arguments, result, NULL);
}

static inline uint32_t test_everything_area(TestEverything caller, const TestEverythingShape *shape,
                                            double *result) {
    return polyplug_call(caller.contract, caller.instance, TEST_EVERYTHING_CALL_AREA,
                         shape, result, NULL);
}

static inline uint32_t test_everything_grow(TestEverything caller, const TestEverythingShape *shape,
                                            double by, TestEverythingShape *result,
                                            PolyplugCallArena *arena) {
    const TestEverythingGrowArguments arguments = {*shape, by};
    return polyplug_call(caller.contract, caller.instance, TEST_EVERYTHING_CALL_GROW,
                         &arguments, result, arena);
}

static inline uint32_t test_everything_swap(TestEverything caller,
                                            const TestEverythingTupleStringU32 *pair,
                                            TestEverythingTupleU32String *result,
                                            PolyplugCallArena *arena) {
    return polyplug_call(caller.contract, caller.instance, TEST_EVERYTHING_CALL_SWAP,
                         pair, result, arena);
}

/* From the end. */
static inline uint32_t test_everything_turn(TestEverything caller, TestEverythingArray4F32 row,
                                            TestEverythingArray4F32 *result) {
    return polyplug_call(caller.contract, caller.instance, TEST_EVERYTHING_CALL_TURN,
                         &row, result, NULL);
}

/* Whether the number is even; an odd one is an error. */
static inline uint32_t test_everything_check(TestEverything caller, uint32_t value,
                                             TestEverythingResultVoidVoid *result) {
    return polyplug_call(caller.contract, caller.instance, TEST_EVERYTHING_CALL_CHECK,
                         &value, result, NULL);
}

/* Keeps `int` if `class` is there. */
static inline uint32_t test_everything_end(TestEverything caller, int32_t int_,
                                           TestEverythingOptionOptionU8 class_) {
    const TestEverythingEndArguments arguments = {int_, class_};
    return polyplug_call(caller.contract, caller.instance, TEST_EVERYTHING_CALL_END,
                         &arguments, NULL, NULL);
}

/* What `end` has kept. */
static inline uint32_t test_everything_kept(TestEverything caller, int32_t *result) {
    return polyplug_call(caller.contract, caller.instance, TEST_EVERYTHING_CALL_KEPT,
                         NULL, result, NULL);
}

/* Fails. */
static inline uint32_t test_everything_new(TestEverything caller) {
    return polyplug_call(caller.contract, caller.instance, TEST_EVERYTHING_CALL_NEW,
                         NULL, NULL, NULL);
}

#endif /* POLYPLUG_TEST_EVERYTHING_HOST_H */
