/* test.everything@1.2.0. Made by `polyplug bindgen`; changes are lost. */
#ifndef POLYPLUG_TEST_EVERYTHING_GUEST_H
#define POLYPLUG_TEST_EVERYTHING_GUEST_H

#include "test_everything.h"

#include <polyplug/guest_object.h>

/* Where TEST_EVERYTHING_OBJECTS is defined for the whole bundle, these are what it is called with: each
 * function finds its own at `call->object`. */
#ifdef TEST_EVERYTHING_OBJECTS
extern const PolyplugGuestObjects test_everything_objects;
#endif

/* The other truth value. */
bool test_everything_flip(PolyplugGuestCall *call, bool value);

/* The sum. */
int32_t test_everything_small(PolyplugGuestCall *call, int8_t a, uint8_t b, int16_t c, uint16_t d);

/* The product. */
int64_t test_everything_wide(PolyplugGuestCall *call, int32_t a, uint32_t b);

/* One more. */
uint64_t test_everything_next(PolyplugGuestCall *call, uint64_t value);

float test_everything_half(PolyplugGuestCall *call, float value);

double test_everything_double(PolyplugGuestCall *call, double value);

/* The letter behind this one. */
uint32_t test_everything_after(PolyplugGuestCall *call, uint32_t letter);

/* A greeting
 * of one line. */
PolyplugStringView test_everything_greet(PolyplugGuestCall *call, PolyplugStringView name);

/* The same bytes from the end. */
TestEverythingListU8 test_everything_reverse(PolyplugGuestCall *call, TestEverythingListU8 bytes);

/* The middle of all points, if there is any. */
TestEverythingOptionPoint test_everything_centre(PolyplugGuestCall *call,
                                                 TestEverythingListPoint points);

/* The oldest whose age is known, or why there is none. */
TestEverythingResultPersonString test_everything_oldest(PolyplugGuestCall *call,
    TestEverythingListPerson people);

/* The next color; behind the last comes the first. */
TestEverythingColor test_everything_brighter(PolyplugGuestCall *call, TestEverythingColor color);

TestEverythingAccess test_everything_allow(PolyplugGuestCall *call, TestEverythingAccess access,
                                           TestEverythingAccess more);

double test_everything_area(PolyplugGuestCall *call, const TestEverythingShape *shape);

TestEverythingShape test_everything_grow(PolyplugGuestCall *call, const TestEverythingShape *shape,
                                         double by);

TestEverythingTupleU32String test_everything_swap(PolyplugGuestCall *call,
                                                  const TestEverythingTupleStringU32 *pair);

/* From the end. */
TestEverythingArray4F32 test_everything_turn(PolyplugGuestCall *call, TestEverythingArray4F32 row);

/* Whether the number is even; an odd one is an error. */
TestEverythingResultVoidVoid test_everything_check(PolyplugGuestCall *call, uint32_t value);

/* Keeps `int` if `class` is there. */
void test_everything_end(PolyplugGuestCall *call, int32_t int_,
                         TestEverythingOptionOptionU8 class_);

/* What `end` has kept. */
int32_t test_everything_kept(PolyplugGuestCall *call);

/* Fails. */
void test_everything_new(PolyplugGuestCall *call);

#endif /* POLYPLUG_TEST_EVERYTHING_GUEST_H */
