// A plugin in C++ and a host made of a few functions: what polyplug/plugin.hpp registers, how its
// functions answer, and what becomes of exceptions. Compiled with and without exceptions.

#include <polyplug/plugin.hpp>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

// ---------------------------------------------------------------------------------- the plugin

struct Vector {
    float x;
    double y;
};

std::uint32_t add(std::uint32_t a, std::uint32_t b) { return a + b; }
std::uint32_t answer() noexcept { return 42; }
bool negate(bool value) { return !value; }
double mixed(std::uint8_t a, const Vector &b, bool c, std::uint16_t d) {
    return a + static_cast<double>(b.x) + b.y + (c ? 1000 : 0) + d;
}
Vector scaled(const Vector &vector, float factor) {
    return Vector{vector.x * factor, vector.y * static_cast<double>(factor)};
}
std::string twice(const std::string &text) { return text + text; }
std::string_view same(std::string_view text) { return text; }
polyplug::Result<std::uint32_t> divide(std::uint32_t a, std::uint32_t b) {
    if (b == 0) {
        return polyplug::Error(300, "division by zero");
    }
    return a / b;
}
polyplug::Result<> refuse(bool really) {
    if (really) {
        return polyplug::Error(0, "an error is never code 0");
    }
    return {};
}
void raw(PolyplugGuestContractInstance, const void *, void *out, PolyplugAbiError *) {
    *static_cast<std::uint32_t *>(out) = 7;
}
#ifndef POLYPLUG_NO_EXCEPTIONS
void throw_error() { throw polyplug::Error(400, "thrown"); }
void throw_exception() { throw std::out_of_range("too far"); }
void throw_number() { throw 5; }
void throw_long_text() { throw std::runtime_error(std::string(490, 'x') + "\u00e4\u00f6\u00fc"); }
#endif

class Counter {
  public:
    static constexpr std::uint32_t state_version = 2;
    static constexpr std::uint32_t oldest_state_version = 1;
    static constexpr std::size_t state_capacity = 64;

    static polyplug::Result<Counter> create(std::uint32_t start, std::string_view) {
        if (start == 13) {
            return polyplug::Error(313, "no counter starts at 13");
        }
        return Counter(start);
    }
    static void upgrade(void *state, std::uint32_t from) noexcept {
        static_cast<Counter *>(state)->step_ = from * 10;
    }

    Counter(Counter &&other) noexcept : count_(other.count_), step_(other.step_) { ++alive; }
    ~Counter() { --alive; }

    std::uint32_t next() {
        count_ += step_;
        return count_;
    }
    std::uint32_t count() const noexcept { return count_; }

    static int alive;

  private:
    explicit Counter(std::uint32_t start) : count_(start) { ++alive; }

    std::uint32_t count_;
    std::uint32_t step_ = 1;
};
int Counter::alive = 0;

struct Stateless {
    std::uint32_t triple(std::uint32_t value) const { return value * 3; }
};

struct alignas(64) Wide {
    std::uint64_t address() const { return reinterpret_cast<std::uintptr_t>(this); }
};

int stopped = -1;
bool fail_start = false;

void start(polyplug::Bundle &bundle) {
    bundle.provide<&add, &answer, &negate, &mixed, &scaled, &twice, &same, &divide, &refuse, &raw>(
        "demo.functions@1.2.3");
    bundle.provide<Counter, &Counter::next, &Counter::count, &add>("demo.counter@2");
    bundle.provide<Stateless, &Stateless::triple>("demo.stateless@1");
    bundle.provide<Wide, &Wide::address>("demo.wide@1");
#ifndef POLYPLUG_NO_EXCEPTIONS
    bundle.provide<&throw_error, &throw_exception, &throw_number, &throw_long_text>("demo.bad@1");
#endif
    if (fail_start) {
        bundle.provide<&add>("no version");
        bundle.fail(1, "a second reason");
    }
}

void stop(std::uint32_t reason) { stopped = static_cast<int>(reason); }

// ------------------------------------------------------------------------------------ the host

struct Registered {
    std::string name;
    PolyplugGuestContractInterface iface;
    std::vector<PolyplugNativeFunction> functions;
};
std::vector<Registered> registered;
std::string last_error;
std::uint32_t last_code;
std::size_t allocated = 0;

extern "C" {
void register_guest_contract(const PolyplugHostApi *, const PolyplugPluginDescriptor *descriptor,
                             const PolyplugGuestContractInterface *iface, PolyplugAbiError *) {
    const void *const table = iface->dispatch.native.functions;
    const auto *const functions = static_cast<const PolyplugNativeFunction *>(table);
    registered.push_back({std::string(polyplug::text_of(descriptor->contract_name)),
                          *iface,
                          {functions, functions + iface->dispatch.native.function_count}});
}
std::uint8_t *allocate(const PolyplugHostApi *, std::size_t size, std::size_t align) {
    allocated += size;
    const std::size_t least = align < sizeof(void *) ? sizeof(void *) : align;
    return static_cast<std::uint8_t *>(std::aligned_alloc(least, (size + least) / least * least));
}
void give_back(const PolyplugHostApi *, std::uint8_t *memory, std::size_t size, std::size_t) {
    allocated -= size;
    std::free(memory);
}
std::uint8_t *result_alloc(const PolyplugHostApi *host, std::size_t size, std::size_t align) {
    return allocate(host, size, align);
}
void set_last_error(const PolyplugHostApi *, std::uint32_t code, PolyplugStringView message) {
    last_code = code;
    last_error = polyplug::text_of(message);
}
}

// The header declares these for no one: a runtime finds them by name.
extern "C" {
std::uint32_t polyplug_abi_version(void);
PolyplugAbiError polyplug_init(const PolyplugHostApi *, const PolyplugBundleInitContext *);
std::uint32_t polyplug_state_version(std::uint64_t);
void polyplug_adopt_check(const PolyplugHostApi *, std::uint64_t, void *, std::uint32_t,
                          PolyplugAbiError *);
void polyplug_adopt(const PolyplugHostApi *, std::uint64_t, void *, std::uint32_t);
void polyplug_shutdown(const PolyplugHostApi *, std::uint32_t);
}

PolyplugHostApiExtensions extensions{};
PolyplugHostApi table{};

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            std::fprintf(stderr, "line %d: %s\n", __LINE__, #condition);                           \
            std::exit(1);                                                                          \
        }                                                                                          \
    } while (false)

const Registered &contract(const char *name) {
    for (const Registered &one : registered) {
        if (one.name == name) {
            return one;
        }
    }
    std::fprintf(stderr, "%s is not registered\n", name);
    std::exit(1);
}

PolyplugAbiError run(const char *name, std::uint32_t function, const void *args, void *out,
                     void *data = nullptr) {
    PolyplugAbiError error{POLYPLUG_ERROR_OK, {nullptr, 0}};
    contract(name).functions.at(function)({data, 0}, args, out, &error);
    return error;
}

bool is(const PolyplugAbiError &error, std::uint32_t code, std::string_view message) {
    return error.code == code && polyplug::text_of(error.message) == message;
}

void plain_data_crosses() {
    const char *const name = "demo.functions";
    std::uint32_t number = 0;
    const std::uint32_t two[] = {20, 22};
    CHECK(run(name, 0, two, &number).code == POLYPLUG_ERROR_OK && number == 42);
    number = 0;
    CHECK(run(name, 1, nullptr, &number).code == POLYPLUG_ERROR_OK && number == 42);
    std::uint8_t truth = 0;
    CHECK(run(name, 2, &truth, &truth).code == POLYPLUG_ERROR_OK && truth == 1);
    const std::uint8_t odd_truth = 0x80;
    CHECK(run(name, 2, &odd_truth, &truth).code == POLYPLUG_ERROR_OK && truth == 0);
    const struct {
        std::uint8_t a;
        Vector b;
        std::uint8_t c;
        std::uint16_t d;
    } four = {1, {2.0F, 3.0}, 1, 500};
    double sum = 0;
    CHECK(run(name, 3, &four, &sum).code == POLYPLUG_ERROR_OK && sum > 1505.9 && sum < 1506.1);
    const struct {
        Vector vector;
        float factor;
    } scale = {{1.0F, 2.0}, 2.0F};
    Vector vector{};
    CHECK(run(name, 4, &scale, &vector).code == POLYPLUG_ERROR_OK && vector.y > 3.9);
    CHECK(run(name, 9, nullptr, &number).code == POLYPLUG_ERROR_OK && number == 7);
}

void text_is_copied_to_the_result() {
    const char *const name = "demo.functions";
    const PolyplugStringView ab = polyplug::view_of("ab");
    for (const std::uint32_t function : {5U, 6U}) {
        PolyplugStringView text{nullptr, 0};
        CHECK(run(name, function, &ab, &text).code == POLYPLUG_ERROR_OK);
        CHECK(polyplug::text_of(text) == (function == 5 ? "abab" : "ab") && text.ptr != ab.ptr);
        give_back(nullptr, const_cast<std::uint8_t *>(text.ptr), text.len, 1);
    }
}

void failures_have_code_and_message() {
    const std::uint32_t by_zero[] = {1, 0};
    const std::uint32_t by_one[] = {5, 1};
    std::uint32_t number = 9;
    CHECK(is(run("demo.functions", 7, by_zero, &number), 300, "division by zero"));
    CHECK(number == 9);
    CHECK(run("demo.functions", 7, by_one, &number).code == POLYPLUG_ERROR_OK && number == 5);
    const std::uint8_t really = 1;
    const std::uint8_t no = 0;
    CHECK(is(run("demo.functions", 8, &really, nullptr), 1, "an error is never code 0"));
    CHECK(run("demo.functions", 8, &no, nullptr).code == POLYPLUG_ERROR_OK);
#ifndef POLYPLUG_NO_EXCEPTIONS
    CHECK(is(run("demo.bad", 0, nullptr, nullptr), 400, "thrown"));
    CHECK(is(run("demo.bad", 1, nullptr, nullptr), POLYPLUG_ERROR_PANIC,
             "uncaught exception: too far"));
    CHECK(run("demo.bad", 2, nullptr, nullptr).code == POLYPLUG_ERROR_PANIC);
    const PolyplugAbiError cut = run("demo.bad", 3, nullptr, nullptr);
    CHECK(cut.message.len == 511 || cut.message.len == 512);
    CHECK((cut.message.ptr[cut.message.len - 1] & 0xC0U) == 0x80U);
#endif
}

void a_call_without_places_is_an_error() {
    std::uint32_t number = 9;
    const std::uint32_t two[] = {20, 22};
    const char *const none = "the function takes arguments and was given none: args is null";
    const char *const nowhere =
        "the function has a result and no place for it was given: out is null";
    CHECK(is(run("demo.functions", 0, nullptr, &number), POLYPLUG_ERROR_INVALID_POINTER, none));
    CHECK(is(run("demo.functions", 0, two, nullptr), POLYPLUG_ERROR_INVALID_POINTER, nowhere));
    CHECK(is(run("demo.functions", 1, nullptr, nullptr), POLYPLUG_ERROR_INVALID_POINTER, nowhere));
    CHECK(is(run("demo.functions", 7, two, nullptr), POLYPLUG_ERROR_INVALID_POINTER, nowhere));
    CHECK(is(run("demo.functions", 8, nullptr, nullptr), POLYPLUG_ERROR_INVALID_POINTER, none));
    CHECK(is(run("demo.stateless", 0, nullptr, &number), POLYPLUG_ERROR_INVALID_POINTER, none));
    CHECK(number == 9);
}

PolyplugGuestContractInstance create(const char *name, const void *args) {
    PolyplugGuestContractInstance instance{&last_error, 1};
    contract(name).iface.create_instance({nullptr}, &table, args, &instance);
    return instance;
}

void destroy(const char *name, PolyplugGuestContractInstance instance) {
    contract(name).iface.destroy_instance({nullptr}, &table, instance);
}

struct CounterArgs {
    std::uint32_t start;
    PolyplugStringView name;
};

void objects_live_in_memory_of_the_host() {
    const std::size_t before = allocated;
    const CounterArgs args = {5, {nullptr, 0}};
    const PolyplugGuestContractInstance counter = create("demo.counter", &args);
    CHECK(counter.data != nullptr && Counter::alive == 1 && allocated > before);
    std::uint32_t number = 0;
    CHECK(run("demo.counter", 0, nullptr, &number, counter.data).code == POLYPLUG_ERROR_OK);
    CHECK(number == 6);
    CHECK(run("demo.counter", 1, nullptr, &number).code == POLYPLUG_ERROR_INVALID_ARGUMENT);
    destroy("demo.counter", counter);
    CHECK(Counter::alive == 0 && allocated == before);
    destroy("demo.counter", {nullptr, 0});

    const CounterArgs unlucky = {13, {nullptr, 0}};
    CHECK(create("demo.counter", &unlucky).data == nullptr);
    CHECK(last_code == 313 && last_error == "no counter starts at 13" && allocated == before);
    CHECK(create("demo.counter", nullptr).data == nullptr && allocated == before);
    CHECK(last_code == POLYPLUG_ERROR_INVALID_POINTER && Counter::alive == 0);
    CHECK(create("demo.functions", nullptr).data == nullptr && !last_error.empty());

    const std::uint32_t three = 3;
    CHECK(run("demo.stateless", 0, &three, &number).code == POLYPLUG_ERROR_OK && number == 9);
    const PolyplugGuestContractInstance wide = create("demo.wide", nullptr);
    CHECK(reinterpret_cast<std::uintptr_t>(wide.data) % 64 == 0);
    destroy("demo.wide", wide);
    CHECK(allocated == before);
}

void objects_are_adopted_if_their_state_fits() {
    constexpr std::uint64_t id = polyplug::guest_contract_id("demo.counter", 2);
    CHECK(polyplug_state_version(id) == 2);
    CHECK(polyplug_state_version(polyplug::guest_contract_id("demo.stateless", 1)) == 0);
    const CounterArgs args = {5, {nullptr, 0}};
    const PolyplugGuestContractInstance counter = create("demo.counter", &args);
    PolyplugAbiError error{POLYPLUG_ERROR_OK, {nullptr, 0}};
    polyplug_adopt_check(&table, id, counter.data, 1, &error);
    CHECK(error.code == POLYPLUG_ERROR_OK);
    polyplug_adopt(&table, id, counter.data, 1);
    std::uint32_t number = 0;
    CHECK(run("demo.counter", 0, nullptr, &number, counter.data).code == 0 && number == 15);
    polyplug_adopt(&table, id, counter.data, 2);
    CHECK(run("demo.counter", 0, nullptr, &number, counter.data).code == 0 && number == 25);
    polyplug_adopt_check(&table, id, counter.data, 3, &error);
    CHECK(error.code == POLYPLUG_ERROR_VERSION_MISMATCH);
    polyplug_adopt_check(&table, 77, counter.data, 1, &error);
    CHECK(error.code == POLYPLUG_ERROR_INSTANCES_ALIVE);
    std::uint64_t foreign[8] = {};
    error.code = POLYPLUG_ERROR_OK;
    polyplug_adopt_check(&table, id, &foreign[4], 2, &error);
    CHECK(error.code == POLYPLUG_ERROR_INSTANCES_ALIVE);
    destroy("demo.counter", counter);
}

void a_start_tells_its_first_failure() {
    const PolyplugBundleInitContext context{1, {nullptr, 0}};
    fail_start = true;
    const PolyplugAbiError error = polyplug_init(&table, &context);
    CHECK(error.code == POLYPLUG_ERROR_INVALID_ARGUMENT);
    CHECK(polyplug::text_of(error.message).find("name@1") != std::string_view::npos);
    CHECK(polyplug::text_of(error.message).find("no version") != std::string_view::npos);
}

} // namespace

POLYPLUG_PLUGIN(start);
POLYPLUG_PLUGIN_SHUTDOWN(stop);

int main() {
    extensions.struct_size = sizeof(extensions);
    extensions.result_alloc = result_alloc;
    extensions.set_last_error = set_last_error;
    table.register_guest_contract = register_guest_contract;
    table.alloc = allocate;
    table.free = give_back;
    table.reserved = &extensions;

    const PolyplugBundleInitContext context{1, polyplug::view_of("/bundles/demo")};
    CHECK(polyplug_abi_version() == 1);
    CHECK(polyplug_init(&table, &context).code == POLYPLUG_ERROR_OK);
    const PolyplugGuestContractInterface &functions = contract("demo.functions").iface;
    CHECK(functions.contract_id == polyplug::guest_contract_id("demo.functions", 1));
    CHECK(functions.contract_version.minor == 2 && functions.contract_version.patch == 3);

    plain_data_crosses();
    text_is_copied_to_the_result();
    failures_have_code_and_message();
    a_call_without_places_is_an_error();
    objects_live_in_memory_of_the_host();
    objects_are_adopted_if_their_state_fits();
    a_start_tells_its_first_failure();
    polyplug_shutdown(&table, POLYPLUG_SHUTDOWN_REPLACED);
    CHECK(stopped == POLYPLUG_SHUTDOWN_REPLACED && allocated == 0);
    return 0;
}
