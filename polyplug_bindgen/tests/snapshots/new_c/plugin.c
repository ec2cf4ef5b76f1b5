#include "test_everything_guest.h"

/* For objects, name this in the Makefile; a function finds its own at `call->object`. */
#ifdef TEST_EVERYTHING_OBJECTS
struct test_everything_object {
    uint64_t number; /* to be written */
};

const PolyplugGuestObjects test_everything_objects = {
    .size = sizeof(struct test_everything_object),
    .state_version = 1, /* to be raised with every change of the struct */
};
#endif

/* The other truth value. */
bool test_everything_flip(PolyplugGuestCall *call, bool value) {
    static bool nothing;
    (void)call, (void)value; /* to be written */
    return nothing;
}

/* The sum. */
int32_t test_everything_small(PolyplugGuestCall *call, int8_t a, uint8_t b, int16_t c,
                              uint16_t d) {
    static int32_t nothing;
    (void)call, (void)a, (void)b, (void)c, (void)d; /* to be written */
    return nothing;
}

/* The product. */
int64_t test_everything_wide(PolyplugGuestCall *call, int32_t a, uint32_t b) {
    static int64_t nothing;
    (void)call, (void)a, (void)b; /* to be written */
    return nothing;
}

/* One more. */
uint64_t test_everything_next(PolyplugGuestCall *call, uint64_t value) {
    static uint64_t nothing;
    (void)call, (void)value; /* to be written */
    return nothing;
}

float test_everything_half(PolyplugGuestCall *call, float value) {
    static float nothing;
    (void)call, (void)value; /* to be written */
    return nothing;
}

double test_everything_double(PolyplugGuestCall *call, double value) {
    static double nothing;
    (void)call, (void)value; /* to be written */
    return nothing;
}

/* The letter behind this one. */
uint32_t test_everything_after(PolyplugGuestCall *call, uint32_t letter) {
    static uint32_t nothing;
    (void)call, (void)letter; /* to be written */
    return nothing;
}

/* A greeting
 * of one line. */
PolyplugStringView test_everything_greet(PolyplugGuestCall *call, PolyplugStringView name) {
    static PolyplugStringView nothing;
    (void)call, (void)name; /* to be written */
    return nothing;
}

/* The same bytes from the end. */
TestEverythingListU8 test_everything_reverse(PolyplugGuestCall *call, TestEverythingListU8 bytes) {
    static TestEverythingListU8 nothing;
    (void)call, (void)bytes; /* to be written */
    return nothing;
}

/* The middle of all points, if there is any. */
TestEverythingOptionPoint test_everything_centre(PolyplugGuestCall *call,
                                                 TestEverythingListPoint points) {
    static TestEverythingOptionPoint nothing;
    (void)call, (void)points; /* to be written */
    return nothing;
}

/* The oldest whose age is known, or why there is none. */
TestEverythingResultPersonString test_everything_oldest(PolyplugGuestCall *call,
    TestEverythingListPerson people) {
    static TestEverythingResultPersonString nothing;
    (void)call, (void)people; /* to be written */
    return nothing;
}

/* The next color; behind the last comes the first. */
TestEverythingColor test_everything_brighter(PolyplugGuestCall *call, TestEverythingColor color) {
    static TestEverythingColor nothing;
    (void)call, (void)color; /* to be written */
    return nothing;
}

TestEverythingAccess test_everything_allow(PolyplugGuestCall *call, TestEverythingAccess access,
                                           TestEverythingAccess more) {
    static TestEverythingAccess nothing;
    (void)call, (void)access, (void)more; /* to be written */
    return nothing;
}

double test_everything_area(PolyplugGuestCall *call, const TestEverythingShape *shape) {
    static double nothing;
    (void)call, (void)shape; /* to be written */
    return nothing;
}

TestEverythingShape test_everything_grow(PolyplugGuestCall *call, const TestEverythingShape *shape,
                                         double by) {
    static TestEverythingShape nothing;
    (void)call, (void)shape, (void)by; /* to be written */
    return nothing;
}

TestEverythingTupleU32String test_everything_swap(PolyplugGuestCall *call,
                                                  const TestEverythingTupleStringU32 *pair) {
    static TestEverythingTupleU32String nothing;
    (void)call, (void)pair; /* to be written */
    return nothing;
}

/* From the end. */
TestEverythingArray4F32 test_everything_turn(PolyplugGuestCall *call,
                                             TestEverythingArray4F32 row) {
    static TestEverythingArray4F32 nothing;
    (void)call, (void)row; /* to be written */
    return nothing;
}

/* Whether the number is even; an odd one is an error. */
TestEverythingResultVoidVoid test_everything_check(PolyplugGuestCall *call, uint32_t value) {
    static TestEverythingResultVoidVoid nothing;
    (void)call, (void)value; /* to be written */
    return nothing;
}

/* Keeps `int` if `class` is there. */
void test_everything_end(PolyplugGuestCall *call, int32_t int_,
                         TestEverythingOptionOptionU8 class_) {
    (void)call, (void)int_, (void)class_; /* to be written */
}

/* What `end` has kept. */
int32_t test_everything_kept(PolyplugGuestCall *call) {
    static int32_t nothing;
    (void)call; /* to be written */
    return nothing;
}

/* Fails. */
void test_everything_new(PolyplugGuestCall *call) {
    (void)call; /* to be written */
}
