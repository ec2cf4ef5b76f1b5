// For plugins in C: objects of a described contract, in memory of the host, so that a new version
// of the plugin can take them over where they are.
//
// A plugin that is compiled with `DEMO_DRAW_OBJECTS` defined says in `demo_draw_objects` what the
// objects of demo.draw are. The generated file does the rest.

#ifndef POLYPLUG_GUEST_OBJECT_H
#define POLYPLUG_GUEST_OBJECT_H

#include <polyplug/guest.h>

#include <stdbool.h>
#include <string.h>

// What the objects of a contract are. What is left out is zero.
typedef struct PolyplugGuestObjects {
    // The size of the struct.
    size_t size;
    // What the struct is aligned to; 0 is 8, which is enough without `long double` and vectors.
    size_t alignment;
    // How much room an object is given, so that the struct of a later version may be larger; 0 is
    // as much as it needs.
    size_t capacity;
    // The version of the struct, from 1 on, to be raised with every change of it; 0 if objects do
    // not survive a reload. Objects that do hold no pointer into the library: no function, no
    // literal, nothing static.
    uint32_t state_version;
    // The oldest version whose objects are taken over; 0 is `state_version`.
    uint32_t oldest_state_version;
    // Makes an object of memory that is all zero; polyplug_guest_fail() says that there is none.
    // The memory of what it holds is `call->host->alloc`'s, not that of a result. Null if zeros are
    // an object.
    void (*create)(PolyplugGuestCall *call, void *object);
    // Gives back what the object holds; its own memory is taken care of. Null if it holds nothing.
    void (*destroy)(const PolyplugHostApi *host, void *object);
    // Makes an object of the older version `from` one of this version, in place. It may not fail.
    // Where the older struct had no bytes, an object made in C has zeros.
    void (*upgrade)(const PolyplugHostApi *host, void *object, uint32_t from);
    // The object of calls without one, something static in the plugin. Null if such calls fail.
    void *default_object;
} PolyplugGuestObjects;

// Stands before each object, as in the helpers for C++ and Rust: the version that frees an object
// is not always the one that made it.
typedef struct PolyplugGuestObjectHead {
    uint32_t mark;
    uint32_t alignment;
    // The room for the object.
    size_t capacity;
} PolyplugGuestObjectHead;

enum { POLYPLUG_GUEST_OBJECT_MARK = 0x706f6c79 };

static inline PolyplugGuestObjectHead *polyplug_guest_object_head(void *object) {
    return (PolyplugGuestObjectHead *)object - 1;
}

// From the start of the memory to the object.
static inline size_t polyplug_guest_object_distance(size_t alignment) {
    return (sizeof(PolyplugGuestObjectHead) + alignment - 1) / alignment * alignment;
}

static inline size_t polyplug_guest_object_alignment(const PolyplugGuestObjects *objects) {
    return objects->alignment > 8 ? objects->alignment : 8;
}

static inline void polyplug_guest_object_free(const PolyplugHostApi *host, void *object) {
    const PolyplugGuestObjectHead head = *polyplug_guest_object_head(object);
    const size_t distance = polyplug_guest_object_distance(head.alignment);
    host->free(host, (uint8_t *)object - distance, distance + head.capacity, head.alignment);
}

// Room for an object, all zero; null if there is no memory.
static inline void *polyplug_guest_object_room(const PolyplugHostApi *host,
                                               const PolyplugGuestObjects *objects) {
    const size_t alignment = polyplug_guest_object_alignment(objects);
    const size_t distance = polyplug_guest_object_distance(alignment);
    const size_t capacity =
        objects->capacity > objects->size ? objects->capacity : objects->size;
    uint8_t *const memory = host->alloc(host, distance + capacity, alignment);
    PolyplugGuestObjectHead *head;
    if (memory == NULL) {
        return NULL;
    }
    memset(memory, 0, distance + capacity);
    head = polyplug_guest_object_head(memory + distance);
    head->mark = POLYPLUG_GUEST_OBJECT_MARK;
    head->alignment = (uint32_t)alignment;
    head->capacity = capacity;
    return memory + distance;
}

// Below, `objects` is null for a contract without objects.

// The constructor of a contract.
static inline void polyplug_guest_object_create(const PolyplugHostApi *host,
                                                const PolyplugGuestObjects *objects,
                                                PolyplugGuestContractInstance *out_instance) {
    PolyplugAbiError error = {POLYPLUG_ERROR_OK, {NULL, 0}};
    PolyplugGuestCall call = {host, &error, NULL};
    void *object = objects == NULL ? NULL : polyplug_guest_object_room(host, objects);
    if (objects == NULL) {
        polyplug_guest_fail(&call, POLYPLUG_ERROR_FUNCTION_NOT_AVAILABLE,
                            "the contract has no objects");
    } else if (object == NULL) {
        polyplug_guest_fail(&call, POLYPLUG_ERROR_MEMORY_LIMIT, "no memory for the object");
    } else if (objects->create != NULL) {
        call.object = object;
        objects->create(&call, object);
        if (error.code != POLYPLUG_ERROR_OK) {
            polyplug_guest_object_free(host, object);
            object = NULL;
        }
    }
    out_instance->data = object;
    out_instance->contract_id = 0;
    if (object == NULL) {
        host->reserved->set_last_error(host, error.code, error.message);
    }
}

// The destructor of a contract.
static inline void polyplug_guest_object_destroy(const PolyplugHostApi *host,
                                                 const PolyplugGuestObjects *objects,
                                                 PolyplugGuestContractInstance instance) {
    if (objects == NULL || instance.data == NULL) {
        return;
    }
    if (objects->destroy != NULL) {
        objects->destroy(host, instance.data);
    }
    polyplug_guest_object_free(host, instance.data);
}

// Finds the object of a call; where there has to be one and is none, the call has failed.
static inline bool polyplug_guest_object_enter(PolyplugGuestCall *call,
                                               const PolyplugGuestObjects *objects) {
    if (objects == NULL) {
        return true;
    }
    if (call->object == NULL) {
        call->object = objects->default_object;
    }
    if (call->object == NULL) {
        polyplug_guest_fail(call, POLYPLUG_ERROR_INVALID_ARGUMENT,
                            "this function belongs to an object: create an instance first");
    }
    return call->object != NULL;
}

// The version of the objects' struct; 0 if they do not survive a reload.
static inline uint32_t polyplug_guest_object_version(const PolyplugGuestObjects *objects) {
    return objects == NULL ? 0 : objects->state_version;
}

// Whether an object that an older version made can be taken over; reads only.
static inline void polyplug_guest_object_check(const PolyplugGuestObjects *objects, void *object,
                                               uint32_t from, PolyplugAbiError *error) {
    const PolyplugGuestObjectHead *const head = polyplug_guest_object_head(object);
    const char *problem = NULL;
    uint32_t code = POLYPLUG_ERROR_INSTANCES_ALIVE;
    if (polyplug_guest_object_version(objects) == 0) {
        problem = "the new version of the contract takes over no objects: it has no state_version";
    } else if (from > objects->state_version ||
               from < (objects->oldest_state_version != 0 ? objects->oldest_state_version
                                                          : objects->state_version)) {
        code = POLYPLUG_ERROR_VERSION_MISMATCH;
        problem = "the objects' state has a version that the new plugin does not take over: see "
                  "its oldest_state_version";
    } else if (head->mark != POLYPLUG_GUEST_OBJECT_MARK) {
        problem = "the objects were not made with polyplug's helpers";
    } else if (head->capacity < objects->size ||
               head->alignment < polyplug_guest_object_alignment(objects)) {
        problem = "the new struct is larger than the objects that are alive: a capacity would have "
                  "kept room for it";
    }
    if (problem != NULL) {
        error->code = code;
        error->message = polyplug_string_view(problem);
    }
}

// Takes over an object that polyplug_guest_object_check() agreed to.
static inline void polyplug_guest_object_adopt(const PolyplugHostApi *host,
                                               const PolyplugGuestObjects *objects, void *object,
                                               uint32_t from) {
    if (objects != NULL && from < objects->state_version && objects->upgrade != NULL) {
        objects->upgrade(host, object, from);
    }
}

#endif // POLYPLUG_GUEST_OBJECT_H
