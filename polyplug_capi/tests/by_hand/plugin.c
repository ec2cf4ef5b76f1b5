/* A plugin that was made from the tables of the ABI alone, version 1: it includes nothing of polyplug.
 * What it declares is written as those tables are, and what it does not need has a mere place. */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* ---- The tables ------------------------------------------------------------------------------ */

struct string_view { const uint8_t *ptr; size_t len; };
struct array { void *items; size_t len; size_t align; };
struct abi_error { uint32_t code; struct string_view message; };
struct version { uint32_t major, minor, patch; };
struct handle { uint32_t index, generation; };
struct instance { void *data; uint64_t contract_id; };
struct host_instance { void *data; };
struct loader_data { void *data; };
struct native_dispatch { uint32_t function_count; const void *const *functions; };

typedef void (*native_function)(struct instance, const void *args, void *out, struct abi_error *);
typedef void (*host_function)(struct host_instance, const void *args, void *out,
                              struct abi_error *);
typedef void (*vm_call)(struct loader_data, struct instance, uint32_t function, const void *args,
                        void *out, void *arena, struct abi_error *);

struct vm_dispatch { vm_call call; struct loader_data loader_data; };
union dispatch { struct native_dispatch native; struct vm_dispatch vm; };

struct host;

struct guest_interface {
    uint64_t contract_id;
    struct version contract_version;
    uint32_t dispatch_type;
    void (*create_instance)(struct loader_data, const struct host *, const void *args,
                            struct instance *out);
    void (*destroy_instance)(struct loader_data, const struct host *, struct instance);
    union dispatch dispatch;
};

struct host_interface {
    uint64_t contract_id;
    struct version contract_version;
    uint8_t singleton;
    uint32_t dispatch_type;
    void *runtime, *user_data;
    void (*create_instance)(void *user_data, const void *args, struct host_instance *out);
    void (*destroy_instance)(void *user_data, struct host_instance);
    union dispatch dispatch;
};

struct descriptor { struct string_view name, contract_name; struct version version; };
struct init_context { uint64_t bundle_id; struct string_view bundle_path; };

struct host {
    void *runtime;
    void (*register_guest_contract)(const struct host *, const struct descriptor *,
                                    const struct guest_interface *, struct abi_error *);
    uint8_t *(*alloc)(const struct host *, size_t size, size_t align);
    void (*free)(const struct host *, uint8_t *, size_t size, size_t align);
    struct handle (*find_guest_contract)(const struct host *, uint64_t, uint32_t min_version);
    void *find_all_guest_contracts;
    const struct guest_interface *(*resolve_guest_contract)(const struct host *, struct handle);
    struct host_instance (*get_host_contract)(const struct host *, uint64_t, uint32_t min_version);
    const struct host_interface *(*resolve_host_contract_interface)(const struct host *, uint64_t,
                                                                    uint32_t min_version);
    struct array (*list_bundles)(const struct host *);
    void *get_dependencies, *load_bundle, *reload_bundle, *register_host_contract;
    void *register_loader;
    size_t (*get_last_error)(const struct host *, uint8_t *, size_t);
    size_t (*get_error_len)(const struct host *);
    void *unload_bundle;
    void (*log)(const struct host *, uint32_t level, struct string_view scope,
                struct string_view message);
    void *create_guest_instance, *destroy_guest_instance;
    const uint64_t *(*revision_counter)(const struct host *);
    const void *reserved;
};

/* The sizes that the tables name; a wrong one has no such array. */
typedef char sizes[sizeof(struct array) == 24 && sizeof(struct abi_error) == 24 &&
                           sizeof(struct guest_interface) == 56 &&
                           sizeof(struct host_interface) == 80 && sizeof(struct descriptor) == 48 &&
                           sizeof(struct init_context) == 24 && sizeof(struct host) == 184
                       ? 1
                       : -1];

/* ---- Texts and ids --------------------------------------------------------------------------- */

static struct string_view text(const char *string) {
    struct string_view view;
    view.ptr = (const uint8_t *)string;
    view.len = strlen(string);
    return view;
}

static uint64_t id_of(const char *hashed) {
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    while (*hashed != 0) {
        hash = (hash ^ (uint8_t)*hashed++) * UINT64_C(0x100000001b3);
    }
    return hash;
}

static void fail(struct abi_error *error, uint32_t code, const char *message) {
    error->code = code;
    error->message = text(message);
}

/* ---- hand.sum@1: functions ------------------------------------------------------------------- */

static const struct host *host;

/* 0: add(a: u32, b: u32) -> u64 */
static void add(struct instance self, const void *args, void *out, struct abi_error *error) {
    const uint32_t *numbers = args;
    const uint64_t sum = (uint64_t)numbers[0] + numbers[1];
    (void)self, (void)error;
    memcpy(out, &sum, sizeof sum);
}

/* 1: roll(sides: u32) -> u32, which the host knows. */
static void roll(struct instance self, const void *args, void *out, struct abi_error *error) {
    const uint64_t id = id_of("host_contract:hand.dice@1");
    const struct host_interface *dice = host->resolve_host_contract_interface(host, id, 1 << 16 | 2);
    const struct host_instance object = host->get_host_contract(host, id, 0);
    host_function function;
    (void)self;
    if (dice == NULL || dice->dispatch_type != 0 || dice->dispatch.native.function_count != 1) {
        fail(error, 300, "there are no dice");
        return;
    }
    memcpy(&function, dice->dispatch.native.functions, sizeof function);
    function(object, args, out, error);
}

/* 2: fails() */
static void fails(struct instance self, const void *args, void *out, struct abi_error *error) {
    (void)self, (void)args, (void)out;
    fail(error, 256, "as it was asked to");
}

/* 3: looks_around() -> u32: 0 if the rest of the table does what its lines say. */
static void looks_around(struct instance self, const void *args, void *out,
                         struct abi_error *error) {
    const struct handle nobody = host->find_guest_contract(host, 1, 0);
    const struct handle sum = host->find_guest_contract(host, id_of("guest_contract:hand.sum@1"), 1);
    const struct guest_interface *iface = host->resolve_guest_contract(host, sum);
    struct array bundles = host->list_bundles(host);
    uint8_t message[64];
    uint32_t wrong = 0;
    (void)self, (void)args, (void)error;
    wrong |= nobody.index != UINT32_MAX ? 1u : 0;
    wrong |= iface == NULL || iface->dispatch.native.function_count != 4 ? 2u : 0;
    wrong |= bundles.len != 1 || *(uint64_t *)bundles.items != id_of("by_hand") ? 4u : 0;
    host->free(host, bundles.items, bundles.len * sizeof(uint64_t), bundles.align);
    wrong |= host->get_error_len(host) == 0 ? 8u : 0;
    wrong |= host->get_last_error(host, message, sizeof message) == 0 ? 16u : 0;
    wrong |= host->get_error_len(host) != 0 ? 32u : 0;
    wrong |= *host->revision_counter(host) == 0 ? 64u : 0;
    wrong |= host->reserved == NULL || *(const uint32_t *)host->reserved == 0 ? 128u : 0;
    host->log(host, 3, text("by_hand"), text("looked around"));
    memcpy(out, &wrong, sizeof wrong);
}

static void create_nothing(struct loader_data data, const struct host *caller, const void *args,
                           struct instance *out) {
    (void)data, (void)caller, (void)args;
    out->data = NULL;
}

static void destroy_nothing(struct loader_data data, const struct host *caller,
                            struct instance self) {
    (void)data, (void)caller, (void)self;
}

/* ---- hand.counter@1: objects, behind one entrance -------------------------------------------- */

static uint32_t started = 7;

static void create_counter(struct loader_data data, const struct host *caller, const void *args,
                           struct instance *out) {
    uint32_t *count = (uint32_t *)(void *)host->alloc(host, sizeof *count, sizeof *count);
    (void)data, (void)caller;
    if (count != NULL) {
        memcpy(count, args != NULL ? args : &started, sizeof *count);
    }
    out->data = count;
}

static void destroy_counter(struct loader_data data, const struct host *caller,
                            struct instance self) {
    (void)data, (void)caller;
    host->free(host, self.data, sizeof(uint32_t), sizeof(uint32_t));
}

/* 0: next() -> u32 */
static void call_counter(struct loader_data data, struct instance self, uint32_t function,
                         const void *args, void *out, void *arena, struct abi_error *error) {
    uint32_t *count = self.data;
    (void)args, (void)arena;
    if (function != 0 || data.data != &started) {
        fail(error, 6, "a counter has one function");
    } else if (count == NULL) {
        fail(error, 15, "there is no counter");
    } else {
        ++*count;
        memcpy(out, count, sizeof *count);
    }
}

/* ---- The exports ----------------------------------------------------------------------------- */

uint32_t polyplug_abi_version(void);
struct abi_error polyplug_init(const struct host *runtime, const struct init_context *context);

uint32_t polyplug_abi_version(void) {
    return 1;
}

struct abi_error polyplug_init(const struct host *runtime, const struct init_context *context) {
    native_function functions[] = {add, roll, fails, looks_around};
    const struct version version = {1, 3, 0};
    struct descriptor descriptor;
    struct guest_interface iface;
    struct abi_error error = {0, {NULL, 0}};

    host = runtime;
    if (context->bundle_id != id_of("by_hand") || context->bundle_path.ptr == NULL) {
        fail(&error, 400, "this is another bundle");
        return error;
    }
    descriptor.name = text("made by hand");
    descriptor.version = version;

    descriptor.contract_name = text("hand.sum");
    memset(&iface, 0, sizeof iface);
    iface.contract_id = id_of("guest_contract:hand.sum@1");
    iface.contract_version = version;
    iface.create_instance = create_nothing;
    iface.destroy_instance = destroy_nothing;
    iface.dispatch.native.function_count = 4;
    iface.dispatch.native.functions = (const void *const *)(const void *)functions;
    host->register_guest_contract(host, &descriptor, &iface, &error);
    if (error.code != 0) {
        return error;
    }

    descriptor.contract_name = text("hand.counter");
    iface.contract_id = id_of("guest_contract:hand.counter@1");
    iface.dispatch_type = 1;
    iface.create_instance = create_counter;
    iface.destroy_instance = destroy_counter;
    iface.dispatch.vm.call = call_counter;
    iface.dispatch.vm.loader_data.data = &started;
    host->register_guest_contract(host, &descriptor, &iface, &error);
    return error;
}
