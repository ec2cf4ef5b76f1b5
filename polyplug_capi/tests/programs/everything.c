/* A host over the generated header calls a contract that has every type of WIT, whoever provides it. */
#include "check.h"
#include "test_everything_host.h"

static PolyplugStringView text(const char *of) {
    return polyplug_string_view(of);
}

static void numbers(TestEverything all) {
    bool flipped = true;
    int32_t sum;
    int64_t product;
    uint64_t next;
    float half;
    double twice;
    uint32_t letter;
    CHECK_OK(test_everything_flip(all, true, &flipped));
    CHECK(!flipped);
    CHECK_OK(test_everything_small(all, -128, 255, -32768, 65535, &sum));
    CHECK(sum == -128 + 255 - 32768 + 65535);
    CHECK_OK(test_everything_wide(all, -3, 4000000000u, &product));
    CHECK(product == INT64_C(-12000000000));
    CHECK_OK(test_everything_next(all, UINT64_C(9007199254740993), &next));
    CHECK(next == UINT64_C(9007199254740994));
    CHECK_OK(test_everything_half(all, 3.0f, &half));
    CHECK(half > 1.49f && half < 1.51f);
    CHECK_OK(test_everything_double(all, 1.25, &twice));
    CHECK(twice > 2.49 && twice < 2.51);
    CHECK_OK(test_everything_after(all, 'a', &letter));
    CHECK(letter == 'b');
}

static void texts_and_lists(TestEverything all, PolyplugCallArena *arena) {
    const uint8_t bytes[] = {1, 0, 255};
    const TestEverythingListU8 given = {bytes, sizeof(bytes)};
    const TestEverythingPoint corners[] = {{0, 0}, {2, 4}};
    const TestEverythingListPoint path = {corners, 2}, empty = {NULL, 0};
    const TestEverythingArray4F32 row = {{1, 2, 3, 4}};
    TestEverythingArray4F32 turned;
    TestEverythingListU8 reversed;
    TestEverythingOptionPoint centre;
    PolyplugStringView greeting;
    CHECK_OK(test_everything_greet(all, text("Gr\xc3\xbc\xc3\x9f" "e"), &greeting, arena));
    CHECK(is(greeting, "Hello, Gr\xc3\xbc\xc3\x9f" "e!"));
    CHECK_OK(test_everything_reverse(all, given, &reversed, arena));
    CHECK(reversed.len == 3 && reversed.items[0] == 255 && reversed.items[2] == 1);
    CHECK_OK(test_everything_centre(all, path, &centre));
    CHECK(centre.is_some && centre.value.x > 0.9f && centre.value.y > 1.9f);
    CHECK_OK(test_everything_centre(all, empty, &centre));
    CHECK(!centre.is_some);
    CHECK_OK(test_everything_turn(all, row, &turned));
    CHECK(turned.items[0] > 3.9f && turned.items[3] < 1.1f);
}

static void records(TestEverything all, PolyplugCallArena *arena) {
    const TestEverythingPerson people[] = {
        {text("Ada"), {true, 36}, false},
        {text("Bob"), {false, 0}, false},
        {text("Eve"), {true, 40}, true},
    };
    const TestEverythingListPerson everybody = {people, 3}, nobody = {people, 0};
    const TestEverythingTupleStringU32 pair = {text("left"), 7};
    TestEverythingResultPersonString oldest;
    TestEverythingTupleU32String swapped;
    CHECK_OK(test_everything_oldest(all, everybody, &oldest, arena));
    CHECK(!oldest.is_err && is(oldest.value.ok.name, "Eve") && oldest.value.ok.default_);
    CHECK(oldest.value.ok.age.is_some && oldest.value.ok.age.value == 40);
    CHECK_OK(test_everything_oldest(all, nobody, &oldest, arena));
    CHECK(oldest.is_err && is(oldest.value.err, "no age is known"));
    CHECK_OK(test_everything_swap(all, &pair, &swapped, arena));
    CHECK(swapped.f0 == 7 && is(swapped.f1, "left"));
}

static void cases(TestEverything all, PolyplugCallArena *arena) {
    const TestEverythingPoint corner = {1, 1};
    TestEverythingShape shape, grown;
    TestEverythingColor color;
    TestEverythingAccess access;
    TestEverythingResultVoidVoid checked;
    double area;
    CHECK_OK(test_everything_brighter(all, TEST_EVERYTHING_COLOR_RED, &color));
    CHECK(color == TEST_EVERYTHING_COLOR_DARK_GREEN);
    CHECK_OK(test_everything_allow(all, TEST_EVERYTHING_ACCESS_CAN_READ, TEST_EVERYTHING_ACCESS_ALL,
                                   &access));
    CHECK(access == (TEST_EVERYTHING_ACCESS_CAN_READ | TEST_EVERYTHING_ACCESS_ALL));

    memset(&shape, 0, sizeof(shape));
    shape.tag = TEST_EVERYTHING_SHAPE_CIRCLE;
    shape.value.circle = 2;
    CHECK_OK(test_everything_area(all, &shape, &area));
    CHECK(area > 11.9 && area < 12.1);
    CHECK_OK(test_everything_grow(all, &shape, 1.5, &grown, arena));
    CHECK(grown.tag == shape.tag && grown.value.circle > 3.4 && grown.value.circle < 3.6);

    shape.tag = TEST_EVERYTHING_SHAPE_PATH;
    shape.value.path.items = &corner;
    shape.value.path.len = 1;
    CHECK_OK(test_everything_grow(all, &shape, 2, &grown, arena));
    CHECK(grown.tag == shape.tag && grown.value.path.len == 1);
    CHECK(grown.value.path.items[0].x > 2.9f && grown.value.path.items[0].y > 2.9f);

    shape.tag = TEST_EVERYTHING_SHAPE_NAMED;
    shape.value.named = text("moon");
    CHECK_OK(test_everything_grow(all, &shape, 0, &grown, arena));
    CHECK(grown.tag == shape.tag && is(grown.value.named, "moon+"));

    shape.tag = TEST_EVERYTHING_SHAPE_DOT;
    CHECK_OK(test_everything_grow(all, &shape, 0, &grown, arena));
    CHECK(grown.tag == TEST_EVERYTHING_SHAPE_DOT);

    CHECK_OK(test_everything_check(all, 4, &checked));
    CHECK(!checked.is_err);
    CHECK_OK(test_everything_check(all, 5, &checked));
    CHECK(checked.is_err);
}

static void nothing_and_failures(TestEverything all) {
    const TestEverythingOptionOptionU8 none = {false, {false, 0}}, some = {true, {true, 2}},
                                       some_none = {true, {false, 0}};
    int32_t kept;
    CHECK_OK(test_everything_end(all, 40, some));
    CHECK_OK(test_everything_kept(all, &kept));
    CHECK(kept == 42);
    CHECK_OK(test_everything_end(all, 7, none));
    CHECK_OK(test_everything_kept(all, &kept));
    CHECK(kept == 42);
    CHECK_OK(test_everything_end(all, 7, some_none));
    CHECK_OK(test_everything_kept(all, &kept));
    CHECK(kept == 7);
    CHECK(test_everything_new(all) != POLYPLUG_ERROR_OK);
    CHECK(says(polyplug_last_error(), "nothing is new"));
}

int main(int argc, char **argv) {
    const PolyplugHostApi *const host = polyplug_runtime_create(NULL);
    PolyplugCallArena arena;
    TestEverything all;
    CHECK(argc == 2 && host != NULL);
    CHECK(test_everything_bind(host).contract == NULL);
    CHECK_OK(polyplug_load_folder(host, argv[1], NULL, NULL));
    all = test_everything_bind(host);
    CHECK(all.contract != NULL);
    CHECK_OK(polyplug_arena_init(host, &arena, NULL, 0));
    numbers(all);
    texts_and_lists(all, &arena);
    records(all, &arena);
    cases(all, &arena);
    nothing_and_failures(all);
    polyplug_arena_release(&arena);
    polyplug_runtime_destroy(host);
    return 0;
}
