// A native bundle in C. One command builds it; while a host watches the folder, it is replaced
// between two frames:
//
//     cc -std=c11 -O2 -shared -fPIC -fvisibility=hidden -I ../../include -o plugin.so plugin.c
//
// (with polyplug installed: $(pkg-config --cflags polyplug) in the place of -I ../../include).
//
// Functions may be called by several threads at once, unless manifest.toml says `threads = "main"`.

#include <polyplug/polyplug.h>

#include <stdatomic.h>

// A failure with a message that outlives the call.
static PolyplugAbiError failure(uint32_t code, const char *literal) {
    size_t length = 0;
    while (literal[length] != '\0') {
        ++length;
    }
    return (PolyplugAbiError){code, {(const uint8_t *)literal, length}};
}

// ---- demo.add@1: functions without an object ----------------------------------------------------

// 0: add(a: u32, b: u32) -> u32
static void add(PolyplugGuestContractInstance instance, const void *args, void *out,
                PolyplugAbiError *out_err) {
    (void)instance;
    if (args == NULL || out == NULL) { // a caller in C may forget them
        *out_err = failure(POLYPLUG_ERROR_INVALID_POINTER, "add() takes two numbers and gives one");
        return;
    }
    const uint32_t *numbers = args; // several arguments come as a struct of them
    *(uint32_t *)out = numbers[0] + numbers[1];
}

// ---- demo.counter@1: objects with state ---------------------------------------------------------

// Change the number whenever the struct changes, and teach polyplug_adopt() the old layouts.
#define COUNTER_STATE_VERSION 1

// In memory of the host and without a pointer into this library, so that a counter goes on counting
// when the library is replaced.
typedef struct Counter {
    _Atomic uint32_t count;
} Counter;

// The host, for as long as this library is open.
static const PolyplugHostApi *host;

// What a constructor answers that has no object to give.
static void refuse(PolyplugAbiError error) {
    host->reserved->set_last_error(host, error.code, error.message);
}

// constructor(start: u32)
static void create_counter(PolyplugVmLoaderData loader_data, const PolyplugHostApi *caller,
                           const void *args, PolyplugGuestContractInstance *out_instance) {
    (void)loader_data, (void)caller;
    *out_instance = (PolyplugGuestContractInstance){NULL, 0};
    if (args == NULL) {
        refuse(failure(POLYPLUG_ERROR_INVALID_POINTER, "a counter starts at a number"));
        return;
    }
    Counter *counter = (Counter *)host->alloc(host, sizeof(Counter), _Alignof(Counter));
    if (counter == NULL) {
        refuse(failure(POLYPLUG_ERROR_MEMORY_LIMIT, "no memory"));
        return;
    }
    atomic_init(&counter->count, *(const uint32_t *)args);
    out_instance->data = counter;
}

static void destroy_counter(PolyplugVmLoaderData loader_data, const PolyplugHostApi *caller,
                            PolyplugGuestContractInstance instance) {
    (void)loader_data, (void)caller;
    host->free(host, instance.data, sizeof(Counter), _Alignof(Counter));
}

// 0: next() -> u32
static void next(PolyplugGuestContractInstance instance, const void *args, void *out,
                 PolyplugAbiError *out_err) {
    (void)args;
    Counter *counter = instance.data;
    if (counter == NULL) {
        *out_err = failure(POLYPLUG_ERROR_INVALID_ARGUMENT, "next() belongs to a counter");
        return;
    }
    if (out == NULL) {
        *out_err = failure(POLYPLUG_ERROR_INVALID_POINTER, "next() gives a number");
        return;
    }
    *(uint32_t *)out = atomic_fetch_add(&counter->count, 1) + 1;
}

// ---- What the runtime asks of every plugin ------------------------------------------------------

POLYPLUG_EXPORT uint32_t polyplug_abi_version(void) { return POLYPLUG_ABI_VERSION; }

// A contract of functions alone has neither a constructor nor a destructor.
static PolyplugAbiError provide(const char *name, PolyplugCreateInstance create,
                                PolyplugDestroyInstance destroy,
                                const PolyplugNativeFunction *functions, uint32_t count) {
    const PolyplugStringView text = failure(0, name).message;
    const PolyplugPluginDescriptor descriptor = {text, text, {1, 0, 0}};
    PolyplugGuestContractInterface iface = {0}; // the runtime computes the id from the name
    iface.contract_version = descriptor.version;
    iface.dispatch_type = POLYPLUG_DISPATCH_NATIVE;
    iface.create_instance = create;
    iface.destroy_instance = destroy;
    iface.dispatch.native.function_count = count;
    iface.dispatch.native.functions = (const void *const *)functions;
    PolyplugAbiError error = {POLYPLUG_ERROR_OK, {NULL, 0}};
    host->register_guest_contract(host, &descriptor, &iface, &error);
    return error;
}

POLYPLUG_EXPORT PolyplugAbiError polyplug_init(const PolyplugHostApi *runtime,
                                               const PolyplugBundleInitContext *context) {
    (void)context;
    host = runtime;
    static const PolyplugNativeFunction add_functions[] = {add};
    static const PolyplugNativeFunction counter_functions[] = {next};
    PolyplugAbiError error = provide("demo.add", NULL, NULL, add_functions, 1);
    if (error.code == POLYPLUG_ERROR_OK) {
        error = provide("demo.counter", create_counter, destroy_counter, counter_functions, 1);
    }
    return error;
}

// ---- Optional: live counters survive a reload ---------------------------------------------------

POLYPLUG_EXPORT uint32_t polyplug_state_version(uint64_t contract_id) {
    (void)contract_id; // one contract has objects
    return COUNTER_STATE_VERSION;
}

// Asked for every live counter before anything has changed; a refusal leaves the old version
// running.
POLYPLUG_EXPORT void polyplug_adopt_check(const PolyplugHostApi *runtime, uint64_t contract_id,
                                          void *data, uint32_t from_version,
                                          PolyplugAbiError *out_err) {
    (void)runtime, (void)contract_id, (void)data;
    if (from_version != COUNTER_STATE_VERSION) {
        *out_err = failure(POLYPLUG_ERROR_VERSION_MISMATCH, "counters have changed their layout");
    }
}

// May not fail. Where an old layout is made a new one; here there is only one.
POLYPLUG_EXPORT void polyplug_adopt(const PolyplugHostApi *runtime, uint64_t contract_id,
                                    void *data, uint32_t from_version) {
    (void)runtime, (void)contract_id, (void)data, (void)from_version;
}

// ---- Optional: before the library is closed -----------------------------------------------------

// Where threads of the plugin are joined and its callbacks taken back; `reason` is a
// POLYPLUG_SHUTDOWN_ value.
POLYPLUG_EXPORT void polyplug_shutdown(const PolyplugHostApi *runtime, uint32_t reason) {
    (void)runtime, (void)reason;
}
