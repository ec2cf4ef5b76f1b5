// polyplug: plugins that are replaced while the program runs. The C ABI, version 1.
//
// Generated from the crates polyplug_abi and polyplug_capi; changes belong there.
//
// Three things are done with this header.
//
// 1. A program runs bundles, and links libpolyplug for it:
//
//        const PolyplugHostApi *host = polyplug_runtime_create(NULL);
//        polyplug_load_folder(host, "mods", NULL, NULL);
//        polyplug_watch(host, "mods");
//        const PolyplugContract *add = polyplug_contract(host, "demo.add@1");
//        for (;;) {
//            polyplug_poll(host, POLYPLUG_POLL_QUIESCENT, NULL);
//            polyplug_call(add, stateless, 0, &numbers, &sum, NULL);
//        }
//
//    A contract is found once and follows its bundle through every reload. polyplug_poll() marks
//    the frame boundary: between two polls nothing changes. What can fail returns a code, 0 for
//    success; the reason is polyplug_last_error().
//
// 2. A plugin is written, and links nothing: it exports polyplug_abi_version and polyplug_init with
//    POLYPLUG_EXPORT and registers its contracts with the functions of the PolyplugHostApi that it
//    is given. The layout of everything that it sees is fixed: a plugin that was compiled against
//    this header loads into every runtime of this version of the ABI.
//
// 3. Calls are made at the price of a function pointer: polyplug_resolve() gives the interface of a
//    contract, polyplug_fn() its functions. Such a raw call is not protected: native code is closed
//    only after the program has said, with polyplug_quiescent() or the poll above, that no thread
//    is inside of one.
//
// Every function carries one or more of these tags; a function that fails has changed nothing
// unless it says otherwise.
//
//   [thread-safe]     any thread, at any time, also from inside a plugin's call
//   [init-thread]     only on the thread that runs a bundle's start, until that start returns
//   [frame-boundary]  only where the thread is outside of every call, callback, constructor and
//                     pin of the runtime; elsewhere the answer is POLYPLUG_ERROR_REENTRANT_CALL
//   [same-thread]     only on the thread that made the object
//   [commit]          of a plugin: the runtime calls it while it replaces or closes the bundle, on
//                     the thread that does that
//
// Texts that go in are UTF-8 and end with a NUL, unless they are a PolyplugStringView; texts that
// come out are a PolyplugStringView, which has no NUL: printf("%.*s", POLYPLUG_SV(view)). Null is
// allowed for every parameter of the library's functions: it is an error with a message that names
// the parameter, unless the function gives it a meaning.

#ifndef POLYPLUG_H
#define POLYPLUG_H


#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// What a plugin puts before the definitions of polyplug_abi_version and polyplug_init.
#ifdef __cplusplus
#define POLYPLUG_LINKAGE extern "C"
#else
#define POLYPLUG_LINKAGE
#endif
#if defined(_WIN32)
#define POLYPLUG_EXPORT POLYPLUG_LINKAGE __declspec(dllexport)
#elif defined(__GNUC__)
#define POLYPLUG_EXPORT POLYPLUG_LINKAGE __attribute__((visibility("default")))
#else
#define POLYPLUG_EXPORT POLYPLUG_LINKAGE
#endif

// What stands before the functions of libpolyplug. A program that links the static library on
// Windows defines POLYPLUG_STATIC first.
#if defined(_WIN32) && !defined(POLYPLUG_STATIC)
#define POLYPLUG_API __declspec(dllimport)
#elif defined(__GNUC__)
#define POLYPLUG_API __attribute__((visibility("default")))
#else
#define POLYPLUG_API
#endif

// The two arguments that "%.*s" of printf takes for a PolyplugStringView. `view` is evaluated more
// than once.
#define POLYPLUG_SV(view) (int)(view).len, ((view).ptr ? (const char *)(view).ptr : "")

struct PolyplugCallArena;
struct PolyplugHostApi;
struct PolyplugHostApiExtensions;


// ---- Constants ----------------------------------------------------------------------------------

// Success.
#define POLYPLUG_ERROR_OK 0

// A failure without a number of its own; the message says what.
#define POLYPLUG_ERROR_GENERIC 1

// The buffer of the caller is too small.
#define POLYPLUG_ERROR_BUFFER_TOO_SMALL 2

// A panic or an uncaught exception was stopped at the border.
#define POLYPLUG_ERROR_PANIC 3

// Nothing has this name, id or path.
#define POLYPLUG_ERROR_NOT_FOUND 4

// What the handle or the instance named was unloaded or destroyed.
#define POLYPLUG_ERROR_STALE_HANDLE 5

// The contract has no function with this id, or its present version lacks it.
#define POLYPLUG_ERROR_FUNCTION_NOT_AVAILABLE 6

// The bundle registered the same contract twice.
#define POLYPLUG_ERROR_DUPLICATE_PROVIDER 7

// A pointer is null or misaligned.
#define POLYPLUG_ERROR_INVALID_POINTER 8

// Not allowed from inside a call, a callback, a constructor or a pin.
#define POLYPLUG_ERROR_REENTRANT_CALL 9

// The call ran past its time limit and was stopped.
#define POLYPLUG_ERROR_TIMED_OUT 10

// The bundle asked for more memory than its limit.
#define POLYPLUG_ERROR_MEMORY_LIMIT 11

// The plugin was built for another version of this ABI.
#define POLYPLUG_ERROR_ABI_MISMATCH 12

// A signature is missing or not by a trusted key.
#define POLYPLUG_ERROR_SIGNATURE_REJECTED 13

// Instances that cannot be handed over are still alive.
#define POLYPLUG_ERROR_INSTANCES_ALIVE 14

// An argument has a value that the function does not take.
#define POLYPLUG_ERROR_INVALID_ARGUMENT 15

// Waiting would close a cycle of bundles that wait for each other.
#define POLYPLUG_ERROR_WOULD_DEADLOCK 16

// What had to become free did not within the drain timeout.
#define POLYPLUG_ERROR_BUSY 17

// The runtime was created with reloading off.
#define POLYPLUG_ERROR_HOT_RELOAD_DISABLED 18

// The bundle is not loaded.
#define POLYPLUG_ERROR_BUNDLE_NOT_LOADED 19

// A bundle of this name is loaded already.
#define POLYPLUG_ERROR_DUPLICATE_BUNDLE 20

// The manifest cannot be read or says something impossible.
#define POLYPLUG_ERROR_MANIFEST_INVALID 21

// A bundle or contract that the bundle needs is missing.
#define POLYPLUG_ERROR_DEPENDENCY_UNMET 22

// The contract is there, but in a version that does not fit.
#define POLYPLUG_ERROR_VERSION_MISMATCH 23

// The loader could not start the bundle.
#define POLYPLUG_ERROR_LOAD_FAILED 24

// The call belongs on another thread.
#define POLYPLUG_ERROR_WRONG_THREAD 25

// An earlier call never came back, so the bundle cannot be entered.
#define POLYPLUG_ERROR_STUCK 26

// Two different names have the same id.
#define POLYPLUG_ERROR_ID_COLLISION 27

// A bug of the runtime itself.
#define POLYPLUG_ERROR_INTERNAL 28

// No loader of the name that the manifest gives is registered.
#define POLYPLUG_ERROR_NO_LOADER 29

// A path leads out of the folder of the bundle.
#define POLYPLUG_ERROR_PATH_ESCAPE 30

// The bundle does not provide what its manifest declares.
#define POLYPLUG_ERROR_CONTRACT_MISMATCH 31

// The two sides describe the contract's functions differently.
#define POLYPLUG_ERROR_SHAPE_MISMATCH 32

// The change must wait until the host declares that no thread is inside a raw native call.
#define POLYPLUG_ERROR_NEEDS_QUIESCENCE 33

// The bundle's file is no library that this machine can open.
#define POLYPLUG_ERROR_LIBRARY_UNUSABLE 34

// The bundle's library lacks a function that every plugin exports.
#define POLYPLUG_ERROR_SYMBOL_MISSING 35

// The bundle's libraries could not be copied to where they are opened: no room, no right.
#define POLYPLUG_ERROR_COPY_FAILED 36

// The description of a contract is missing or does not read.
#define POLYPLUG_ERROR_DESCRIPTION_INVALID 37

// Nobody says what the contract looks like.
#define POLYPLUG_ERROR_UNDESCRIBED 38

// A value is not of the type that the contract's description asks for.
#define POLYPLUG_ERROR_VALUE_INVALID 39

// The bundle asks for a capability that the host did not grant.
#define POLYPLUG_ERROR_CAPABILITY_DENIED 40

// The host's callback did not let the bundle in.
#define POLYPLUG_ERROR_ADMISSION_DENIED 41

// The host registered no contract of this id.
#define POLYPLUG_ERROR_HOST_CONTRACT_NOT_FOUND 100

// The host's contract has a version that does not fit.
#define POLYPLUG_ERROR_HOST_CONTRACT_VERSION_MISMATCH 101

// A function of a host contract failed.
#define POLYPLUG_ERROR_HOST_CONTRACT_CALL_FAILED 102

// The first number that plugins use as they like; it and all above pass through unchanged.
#define POLYPLUG_ERROR_FIRST_OF_PLUGINS 256

// A function or contract that was lost, or a version that does not fit, is an error.
#define POLYPLUG_COMPATIBILITY_STRICT 0

// What was lost is a warning, and calling it is an error.
#define POLYPLUG_COMPATIBILITY_RELAXED 1

// Versions are not compared at all.
#define POLYPLUG_COMPATIBILITY_YOLO 2

// Something failed.
#define POLYPLUG_LOG_ERROR 1

// Something works but needs attention.
#define POLYPLUG_LOG_WARN 2

// A step that a person running the program wants to see.
#define POLYPLUG_LOG_INFO 3

// A detail for the author of a plugin.
#define POLYPLUG_LOG_DEBUG 4

// A detail for the author of the runtime.
#define POLYPLUG_LOG_TRACE 5

// Signatures are not looked at.
#define POLYPLUG_SIGNATURE_OFF 0

// A missing or wrong signature is a log record.
#define POLYPLUG_SIGNATURE_WARN_ONLY 1

// A missing or wrong signature is an error.
#define POLYPLUG_SIGNATURE_REQUIRED 2

// Rust.
#define POLYPLUG_LANGUAGE_RUST 0

// C or C++.
#define POLYPLUG_LANGUAGE_CPP 1

// A language of .NET.
#define POLYPLUG_LANGUAGE_DOTNET 2

// Python.
#define POLYPLUG_LANGUAGE_PYTHON 3

// Lua.
#define POLYPLUG_LANGUAGE_LUA 4

// JavaScript.
#define POLYPLUG_LANGUAGE_JAVASCRIPT 5

// Anything that compiles to WebAssembly components.
#define POLYPLUG_LANGUAGE_WASM 6

// The functions are called through a table of C functions.
#define POLYPLUG_DISPATCH_NATIVE 0

// The functions are called through the one `call` function of a loader.
#define POLYPLUG_DISPATCH_VIRTUAL_MACHINE 1

// The smallest block, in bytes, that an arena asks the host for: one page, so that a run of small
// results costs one allocation.
#define POLYPLUG_ARENA_SMALLEST_BLOCK 4096

// The version of this ABI, which `polyplug_abi_version` of a plugin returns.
#define POLYPLUG_ABI_VERSION 1

// The bundle was started and is not going to run: a check failed, or another bundle of the same
// change did.
#define POLYPLUG_SHUTDOWN_REFUSED 0

// A newer version of the bundle runs.
#define POLYPLUG_SHUTDOWN_REPLACED 1

// The bundle was unloaded.
#define POLYPLUG_SHUTDOWN_UNLOADED 2

// The runtime is being destroyed.
#define POLYPLUG_SHUTDOWN_RUNTIME 3

// A new version is about to be started; the old one still answers.
#define POLYPLUG_RELOAD_PREPARING 0

// The new version answers.
#define POLYPLUG_RELOAD_RELOADED 1

// The new version was refused; the old one still answers.
#define POLYPLUG_RELOAD_FAILED 2

// The bundle is being unloaded.
#define POLYPLUG_RELOAD_UNLOADING 3

// Signatures do not count.
#define POLYPLUG_TRUST_NOT_CHECKED 0

// The signature holds.
#define POLYPLUG_TRUST_ACCEPTED 1

// The signature does not hold, which only makes a warning.
#define POLYPLUG_TRUST_ACCEPTED_WITH_WARNING 2

// It was refused, and nothing of it ran.
#define POLYPLUG_TRUST_REFUSED 3

// The host's callback did not let it in, and nothing of it ran.
#define POLYPLUG_TRUST_DENIED 4

// Something that this header has no number for; the reason says what.
#define POLYPLUG_TRUST_OTHER 255

// The event is no reload.
#define POLYPLUG_CAUSE_NONE 0

// Somebody asked for it.
#define POLYPLUG_CAUSE_REQUEST 1

// Its files changed.
#define POLYPLUG_CAUSE_WATCH 2

// A bundle that it depends on was reloaded.
#define POLYPLUG_CAUSE_DEPENDENCY 3

// It was stopped in the middle of a call and made anew from the same bytes.
#define POLYPLUG_CAUSE_REBUILD 4

// Something that this header has no number for; the message says what.
#define POLYPLUG_EVENT_OTHER 0

// A bundle is loaded; its contracts can be found.
#define POLYPLUG_EVENT_LOADED 1

// A new version is staged and checked; the commit follows.
#define POLYPLUG_EVENT_PREPARING 2

// A new version runs.
#define POLYPLUG_EVENT_RELOADED 3

// A load, reload or unload failed; what ran before still runs.
#define POLYPLUG_EVENT_FAILED 4

// The last call has left a replaced version, and it was closed.
#define POLYPLUG_EVENT_DRAINED 5

// A bundle is about to be unloaded.
#define POLYPLUG_EVENT_UNLOADING 6

// A bundle was unloaded; its handles are stale.
#define POLYPLUG_EVENT_UNLOADED 7

// A replaced version cannot be closed yet, or is not let go of by the system.
#define POLYPLUG_EVENT_PINNED 8

// A thread held a pin so long that a commit gave up.
#define POLYPLUG_EVENT_PIN_HELD 9

// A folder is no longer watched.
#define POLYPLUG_EVENT_WATCH_LOST 10

// The queue was full, and the oldest events were dropped.
#define POLYPLUG_EVENT_EVENTS_LOST 11

// There was none, or the event is no reload.
#define POLYPLUG_STATE_NONE 0

// It was handed over.
#define POLYPLUG_STATE_KEPT 1

// It was dropped, as the manifest asks.
#define POLYPLUG_STATE_RESET 2

// The event is no failure.
#define POLYPLUG_STEP_NONE 0

// Reading, opening or starting the bundle.
#define POLYPLUG_STEP_STAGE 1

// Comparing what it registered with what was promised and what runs.
#define POLYPLUG_STEP_CHECK 2

// Getting in, or handing the state over.
#define POLYPLUG_STEP_COMMIT 3

// The event is about no pinned version.
#define POLYPLUG_PIN_NONE 0

// A call has been running in it for longer than the drain timeout.
#define POLYPLUG_PIN_CALL_RUNNING 1

// Raw interfaces were handed out and the host has not said that it is quiescent.
#define POLYPLUG_PIN_RAW_POINTERS 2

// It was closed, but the system keeps its library in the process; the message says why.
#define POLYPLUG_PIN_KEPT_BY_SYSTEM 3

// Nobody has asked: the bundle is shown to the host while it is being loaded.
#define POLYPLUG_PROSPECT_UNKNOWN 0

// As far as can be known without running it, it would load.
#define POLYPLUG_PROSPECT_WOULD_LOAD 1

// A bundle of this name is loaded from this folder.
#define POLYPLUG_PROSPECT_LOADED 2

// Its manifest says `enabled = false`.
#define POLYPLUG_PROSPECT_DISABLED 3

// A folder that was named before has a bundle of this name; the reason says where that lies.
#define POLYPLUG_PROSPECT_SHADOWED 4

// It would be refused; the reason says why.
#define POLYPLUG_PROSPECT_WOULD_FAIL 5

// Something that this header has no number for.
#define POLYPLUG_PROSPECT_OTHER 255

// The bundle is not loaded. Every value but `ADMISSION_ALLOW` means this.
#define POLYPLUG_ADMISSION_DENY 0

// The bundle may be loaded, if nothing else speaks against it.
#define POLYPLUG_ADMISSION_ALLOW 1

// The request is not sent, and the bundle is told that it was denied. Every value but `EGRESS_SEND`
// means this.
#define POLYPLUG_EGRESS_REFUSE 0

// The request is sent, if the address is a public one.
#define POLYPLUG_EGRESS_SEND 1

// The runtime stages changes in the background and commits them in `polyplug_poll`.
#define POLYPLUG_RELOAD_ON_POLL 0

// The runtime commits changes by itself, as soon as they are staged.
#define POLYPLUG_RELOAD_IMMEDIATE 1

// It runs.
#define POLYPLUG_BUNDLE_LOADED 1

// It was tried and does not run.
#define POLYPLUG_BUNDLE_FAILED 2

// The `function_count` of a contract that does not say how many functions it has.
#define POLYPLUG_FUNCTION_COUNT_UNKNOWN UINT32_MAX

// A flag for `poll`: at this moment no thread of the process is inside a raw native call or keeps
// a function pointer that it read from an interface, so that retired code may be closed.
#define POLYPLUG_POLL_QUIESCENT 1

// ---- Types --------------------------------------------------------------------------------------

// A contract of a bundle, for protected calls. It lives as long as the runtime and follows its
// bundle through every reload; after an unload calls answer POLYPLUG_ERROR_STALE_HANDLE, and work
// again when the bundle comes back.
//
// It is the interface of the contract, whose address is all that is needed here.
typedef struct PolyplugContract PolyplugContract;

// What lay in the folders of a runtime at one moment, in their order and sorted by folder in each.
typedef struct PolyplugDiscovery PolyplugDiscovery;

// All bundles at one moment, loaded and failed, sorted by name.
typedef struct PolyplugListing PolyplugListing;

// A borrowed piece of UTF-8 text, without a terminating NUL.
//
// A null `ptr` means that the text is absent; an empty text has a `ptr` that is not null. The text
// lives as long as the function or field that hands it over says.
typedef struct PolyplugStringView {
    // The first byte, or null for an absent text.
    const uint8_t *ptr;
    // The number of bytes.
    size_t len;
} PolyplugStringView;

// A semantic version without its labels. Versions compare as they read.
typedef struct PolyplugVersion {
    // Changes when something that worked no longer does.
    uint32_t major;
    // Changes when something was added.
    uint32_t minor;
    // Changes with every other release.
    uint32_t patch;
} PolyplugVersion;

// What a plugin says about itself when it registers a contract. Read during the call only.
typedef struct PolyplugPluginDescriptor {
    // The name of the plugin, for log records and listings; not null.
    struct PolyplugStringView name;
    // The name of the contract, whose hash with the major version is the id; not null.
    struct PolyplugStringView contract_name;
    // The version of the plugin.
    struct PolyplugVersion version;
} PolyplugPluginDescriptor;

// What a loader needs to find the bundle again. Opaque: passed back as it was received.
typedef struct PolyplugVmLoaderData {
    // Known to the loader alone.
    void *data;
} PolyplugVmLoaderData;

// An object of a guest contract, or the stateless default.
//
// Whoever created it destroys it once. It does not survive an unload of its bundle.
typedef struct PolyplugGuestContractInstance {
    // The object, as its bundle knows it (not always an address); null for the stateless default.
    void *data;
    // The contract that the object belongs to; ignored if `data` is null.
    uint64_t contract_id;
} PolyplugGuestContractInstance;

// Makes an object of a guest contract. [thread-safe]
//
// `loader_data` is that of the dispatch, null data for a native bundle. `args` belongs to the
// caller, is read during the call and is null if the constructor takes nothing. `out_instance` is
// never null; on failure the callee writes `{null, 0}` and the reason is the thread's last error.
// The caller owns the new object and destroys it.
typedef void (*PolyplugCreateInstance)(struct PolyplugVmLoaderData loader_data,
                                       const struct PolyplugHostApi *host,
                                       const void *args,
                                       struct PolyplugGuestContractInstance *out_instance);

// Destroys an object that the constructor of the same interface made. [thread-safe]
//
// Null data is allowed and does nothing. Afterwards every copy of the instance is invalid.
typedef void (*PolyplugDestroyInstance)(struct PolyplugVmLoaderData loader_data,
                                        const struct PolyplugHostApi *host,
                                        struct PolyplugGuestContractInstance instance);

// The functions of a contract as a table; a function's id is its place in it.
//
// In an interface that the runtime hands out both fields change while the program runs: a C reader
// fetches an entry with `polyplug_fn`.
typedef struct PolyplugNativeDispatch {
    // The number of entries in `functions`.
    uint32_t function_count;
    // The entries, none of them null; each is a native guest function, or a host function in a
    // host contract. Null if there are none.
    const void *const *functions;
} PolyplugNativeDispatch;

// The head of a block that an arena got from its host; the memory follows it.
typedef struct PolyplugArenaOverflowBlock {
    // The block that was the newest before; null at the end.
    struct PolyplugArenaOverflowBlock *next;
    // The size of the block in bytes, with this head.
    size_t capacity;
    // The number of those bytes that are taken, with this head.
    size_t used;
} PolyplugArenaOverflowBlock;

// Memory for the results of one chain of calls on one thread.
//
// Whoever made the arena owns it and alone resets and releases it; everything allocated from it
// dies then. It fills the region that its creator brought along, if any, by moving `cur` up; what
// does not fit goes to blocks from the host. A callee takes memory with `arena_alloc`.
typedef struct PolyplugCallArena {
    // The first free byte of the region.
    uint8_t *cur;
    // One past the last byte of the region.
    uint8_t *end;
    // The first byte of the region; null, like `cur` and `end`, if there is none. The arena never
    // frees it.
    uint8_t *base;
    // The host that further blocks come from; never null.
    const struct PolyplugHostApi *host;
    // The newest block that came from the host; null if there is none.
    struct PolyplugArenaOverflowBlock *first_overflow;
} PolyplugCallArena;

// The outcome of a call.
//
// An `AbiError *out_err` parameter is never null and belongs to the caller; the callee writes it
// on failure and may leave it alone on success, so the caller clears it first. A message that the
// runtime wrote lives until 16 further failures on the same thread; one that a plugin wrote during
// a raw native call lives in the plugin.
typedef struct PolyplugAbiError {
    // An `ERROR_` value: 0 for success, below 256 a failure that the runtime knows, from 256 on
    // one of the plugin. Kept as a number, because a plugin may write any.
    uint32_t code;
    // What went wrong and what to change; null on success.
    struct PolyplugStringView message;
} PolyplugAbiError;

// Calls the function with the id `function` of a bundle that runs in a virtual machine.
// [thread-safe]
//
// `args`, `out` and `out_err` are as for a native function. Whatever is variable in size in the
// result belongs to `arena`, or, if `arena` is null, to the caller, who frees it with
// `host->free`.
typedef void (*PolyplugVmCall)(struct PolyplugVmLoaderData loader_data,
                               struct PolyplugGuestContractInstance instance,
                               uint32_t function,
                               const void *args,
                               void *out,
                               struct PolyplugCallArena *arena,
                               struct PolyplugAbiError *out_err);

// The functions of a contract behind one entrance.
typedef struct PolyplugVmDispatch {
    // The entrance; never null. [thread-safe]
    PolyplugVmCall call;
    // The first argument of every function of the interface.
    struct PolyplugVmLoaderData loader_data;
} PolyplugVmDispatch;

// How the functions are called; the `dispatch_type` beside it says which half is meant.
typedef union PolyplugDispatchMechanisms {
    // Meant if `dispatch_type` is native.
    struct PolyplugNativeDispatch native;
    // Meant if `dispatch_type` is virtual machine.
    struct PolyplugVmDispatch vm;
} PolyplugDispatchMechanisms;

// A contract that a bundle provides.
//
// One that a plugin registers is copied and may live on its stack. One that the runtime hands out
// lives, at the same address, until the runtime is destroyed; a reload changes
// `contract_version`, the native `function_count`, `functions` and their entries in place, so
// that they are read anew for every use.
typedef struct PolyplugGuestContractInterface {
    // The hash of the contract's name and major version.
    uint64_t contract_id;
    // The version that is provided.
    struct PolyplugVersion contract_version;
    // Which half of `dispatch` is meant: a `DISPATCH_` value.
    uint32_t dispatch_type;
    // Makes an object. A plugin may leave it null: the contract has no objects then. In what the
    // runtime hands out it is never null.
    PolyplugCreateInstance create_instance;
    // Destroys an object. As above; null where nothing is to be done.
    PolyplugDestroyInstance destroy_instance;
    // The functions of the contract.
    union PolyplugDispatchMechanisms dispatch;
} PolyplugGuestContractInterface;

// Names a contract that a loaded bundle provides.
//
// A handle stays valid over reloads of its bundle and answers `StaleHandle` after an unload. It
// owns nothing and may be copied and dropped freely.
typedef struct PolyplugGuestContractHandle {
    // The place in the registry; `UINT32_MAX` for the null handle.
    uint32_t index;
    // Changes when the place is given to someone else.
    uint32_t generation;
} PolyplugGuestContractHandle;

// A list of `len` values.
//
// One that a function of the host returns belongs to the caller, who frees it with
// `host->free(items, len * sizeof(item), align)`. One that is passed in stays the property of
// the caller and is read only during the call.
typedef struct PolyplugGuestContractHandleArray {
    // The first value; null if `len` is 0.
    struct PolyplugGuestContractHandle *items;
    // The number of values.
    size_t len;
    // The alignment that `items` was allocated with.
    size_t align;
} PolyplugGuestContractHandleArray;

// An object of a host contract. The runtime owns that of a singleton contract; any other belongs
// to whoever looked it up.
typedef struct PolyplugHostContractInstance {
    // The object, as the host knows it; null where there is none.
    void *data;
} PolyplugHostContractInstance;

// Makes an object of a host contract. [thread-safe]
//
// `user_data` is that of the interface. `args` is null in version 1. `out_instance` is never null
// and holds null data when the function is entered; leaving it so means that the functions need no
// object. The runtime owns the object of a singleton contract, any other belongs to the bundle
// that asked for it.
typedef void (*PolyplugCreateHostInstance)(void *user_data,
                                           const void *args,
                                           struct PolyplugHostContractInstance *out_instance);

// Destroys an object that the constructor of the same interface made. [thread-safe]
//
// Its owner calls it once: the runtime, when no bundle can use the object any more, or the bundle.
// Null data is allowed and does nothing.
typedef void (*PolyplugDestroyHostInstance)(void *user_data,
                                            struct PolyplugHostContractInstance instance);

// A contract that the host provides.
//
// The host fills it in to register it; the runtime copies it. The copy that the runtime hands out
// lives until the runtime is destroyed and does not change. `user_data`, the function table and
// the functions stay the property of the host and outlive the runtime.
typedef struct PolyplugHostContractInterface {
    // The hash of the contract's name and major version.
    uint64_t contract_id;
    // The version that is provided.
    struct PolyplugVersion contract_version;
    // Whether all bundles share one object, made on first use; otherwise each look-up makes one.
    bool singleton;
    // Which half of `dispatch` is meant: a `DISPATCH_` value, native in version 1.
    uint32_t dispatch_type;
    // Set by the runtime in the copy that it hands out; ignored, and best null, on registration.
    void *runtime;
    // The first argument of the constructor and the destructor; may be null.
    void *user_data;
    // Makes an object; never null.
    PolyplugCreateHostInstance create_instance;
    // Destroys an object; never null.
    PolyplugDestroyHostInstance destroy_instance;
    // The functions of the contract, each a host function.
    union PolyplugDispatchMechanisms dispatch;
} PolyplugHostContractInterface;

// A list of `len` values.
//
// One that a function of the host returns belongs to the caller, who frees it with
// `host->free(items, len * sizeof(item), align)`. One that is passed in stays the property of
// the caller and is read only during the call.
typedef struct PolyplugBundleIdArray {
    // The first value; null if `len` is 0.
    uint64_t *items;
    // The number of values.
    size_t len;
    // The alignment that `items` was allocated with.
    size_t align;
} PolyplugBundleIdArray;

// A contract that a bundle says it needs.
typedef struct PolyplugDependencyInfo {
    // The contract that is needed.
    uint64_t contract_id;
    // The lowest version that will do: 0 for any, below 65536 a major version, from 65536 on
    // `major << 16 | minor`.
    uint32_t min_version;
    // The bundle that has to provide it; 0 for any.
    uint64_t bundle_id;
} PolyplugDependencyInfo;

// A list of `len` values.
//
// One that a function of the host returns belongs to the caller, who frees it with
// `host->free(items, len * sizeof(item), align)`. One that is passed in stays the property of
// the caller and is read only during the call.
typedef struct PolyplugDependencyInfoArray {
    // The first value; null if `len` is 0.
    struct PolyplugDependencyInfo *items;
    // The number of values.
    size_t len;
    // The alignment that `items` was allocated with.
    size_t align;
} PolyplugDependencyInfoArray;

// Functions of the runtime beyond the fixed table; found at `host->reserved`.
//
// Fields are only ever appended: whoever was built against a newer header compares `struct_size`
// with the end of a field before using it. Every pointer inside `struct_size` is set. `host` is
// the table that this one was found in; `out_err` is never null; a function that fails has changed
// nothing unless it says otherwise.
typedef struct PolyplugHostApiExtensions {
    // The size in bytes of the table that the runtime has.
    uint32_t struct_size;
    // The number of additions to version 1 so far.
    uint32_t abi_minor;
    // Calls a function of a guest contract under the runtime's protection. [thread-safe]
    //
    // The version that is entered cannot be closed before the call returns, a panic or script
    // error becomes a code, and the bundle's limits hold. `iface` is one that the runtime handed
    // out. `instance` may be null data. `args` and `out` are as for a native function and belong
    // to the caller. `arena` belongs to the caller and owns what is variable in size in the
    // result; if it is null, the caller owns that and gives it back with `host->free`. After a
    // failure `out` is not read; what the function did until then stays done.
    void (*call)(const struct PolyplugHostApi *host,
                 const struct PolyplugGuestContractInterface *iface,
                 struct PolyplugGuestContractInstance instance,
                 uint32_t function,
                 const void *args,
                 void *out,
                 struct PolyplugCallArena *arena,
                 struct PolyplugAbiError *out_err);
    // Makes an object of a guest contract and reports why it could not. [thread-safe]
    //
    // `args` is as the contract says, may be null and is read during the call. `out` is not null;
    // on failure it becomes `{null, 0}`. The caller owns the object and destroys it.
    void (*create)(const struct PolyplugHostApi *host,
                   const struct PolyplugGuestContractInterface *iface,
                   const void *args,
                   struct PolyplugGuestContractInstance *out,
                   struct PolyplugAbiError *out_err);
    // Destroys an object of a guest contract. [thread-safe]
    //
    // `iface` is the one it was made with. Null data is allowed and does nothing; an object that
    // is gone already answers `StaleHandle`.
    void (*destroy)(const struct PolyplugHostApi *host,
                    const struct PolyplugGuestContractInterface *iface,
                    struct PolyplugGuestContractInstance instance,
                    struct PolyplugAbiError *out_err);
    // Memory for the result of the call that runs on this thread. [thread-safe]
    //
    // It comes from the arena of the innermost guarded call and belongs to it; without one it
    // comes from `host->alloc` and belongs to the caller of the function. `align` is a power of
    // two. Null only on failure.
    uint8_t *(*result_alloc)(const struct PolyplugHostApi *host, size_t size, size_t align);
    // Asks for a reload that happens later, on the worker or in the next poll. [thread-safe]
    //
    // Success means that the request was queued.
    void (*request_reload)(const struct PolyplugHostApi *host,
                           uint64_t bundle_id,
                           struct PolyplugAbiError *out_err);
    // Holds back every replacement until `unpin`. [thread-safe]
    //
    // `out_token` is not null and receives a token that belongs to this thread; nothing is written
    // on failure. The outermost pin of a thread waits while a replacement is under way. A pin that
    // is held past the drain timeout makes the replacement fail.
    void (*pin)(const struct PolyplugHostApi *host,
                uint64_t *out_token,
                struct PolyplugAbiError *out_err);
    // Gives a pin back. [same-thread]
    //
    // `token` is one that `pin` wrote on this thread and that was not given back yet; any other
    // answers `InvalidArgument`, or `WrongThread` if it belongs elsewhere.
    void (*unpin)(const struct PolyplugHostApi *host,
                  uint64_t token,
                  struct PolyplugAbiError *out_err);
    // Commits the replacements that are ready and calls the callbacks that are due, on this
    // thread. [frame-boundary]
    //
    // `flags` is 0 or a sum of the poll flags. Returns how many replacements were committed; one
    // that fails leaves its old version in place, is reported by its callback, and does not keep
    // the others back.
    uint32_t (*poll)(const struct PolyplugHostApi *host,
                     uint32_t flags,
                     struct PolyplugAbiError *out_err);
    // Finds an addition by its name. [thread-safe]
    //
    // `name` stays the property of the caller. Null if this runtime does not know it; else the
    // runtime owns what is found, which lives as long as this table.
    const void *(*query)(const struct PolyplugHostApi *host, struct PolyplugStringView name);
    // The newest failure on this thread, which is not cleared. [thread-safe]
    //
    // Null if there was none. The runtime owns the text; it lives until 16 further failures on
    // this thread.
    struct PolyplugStringView (*last_error)(const struct PolyplugHostApi *host);
    // Unloads a bundle and, before it, all that need it. [frame-boundary]
    //
    // Either all of them are unloaded or none.
    void (*unload_bundle_cascade)(const struct PolyplugHostApi *host,
                                  uint64_t bundle_id,
                                  struct PolyplugAbiError *out_err);
    // The name of a loaded bundle. [thread-safe]
    //
    // Null if there is none. The runtime owns the text, which lives until the runtime is
    // destroyed.
    struct PolyplugStringView (*bundle_name)(const struct PolyplugHostApi *host, uint64_t bundle_id);
    // The present value of the revision counter. [thread-safe]
    uint64_t (*revision)(const struct PolyplugHostApi *host);
    // Takes memory from an arena. [same-thread]
    //
    // `arena` is not null. The memory belongs to the arena and dies with the next reset or
    // release. `align` is a power of two. Null only on failure; the arena is then unchanged.
    uint8_t *(*arena_alloc)(const struct PolyplugHostApi *host,
                            struct PolyplugCallArena *arena,
                            size_t size,
                            size_t align);
    // Makes all memory of an arena free for the next call, keeping some blocks. [same-thread]
    //
    // `arena` is not null, and only its creator resets it: everything taken from it becomes
    // invalid.
    void (*arena_reset)(const struct PolyplugHostApi *host, struct PolyplugCallArena *arena);
    // Gives the blocks of an arena back to the host. [same-thread]
    //
    // As `arena_reset`; the struct itself stays the property of the caller and is an empty arena
    // that can be used again.
    void (*arena_release)(const struct PolyplugHostApi *host, struct PolyplugCallArena *arena);
    // The interface behind a handle, for `call`, `create` and `destroy` alone. [thread-safe]
    //
    // As `resolve_guest_contract`, but nobody is a raw caller for it: its functions must not be
    // called through the interface, and a replaced version is closed without a word of the host.
    // Null if the handle is stale.
    const struct PolyplugGuestContractInterface *(*bind_guest_contract)(const struct PolyplugHostApi *host,
                                                                        struct PolyplugGuestContractHandle handle);
    // Makes a failure the last error of this thread. [thread-safe]
    //
    // How a constructor, which has no `out_err`, says why it made no instance: `code` and `message`
    // are what its caller is told. `message` is UTF-8, stays the property of the caller and is
    // copied; null is allowed.
    void (*set_last_error)(const struct PolyplugHostApi *host,
                           uint32_t code,
                           struct PolyplugStringView message);
} PolyplugHostApiExtensions;

// The table of the runtime's functions.
//
// Every pointer is set, and every function takes the table itself first. The host's table lives
// until the runtime is destroyed; a bundle has one of its own, by which the runtime knows who
// asks, and it lives until the bundle is closed. Functions without an `out_err` report the reason
// of a failure as the thread's last error. A function that fails has changed nothing.
typedef struct PolyplugHostApi {
    // Known to the runtime alone.
    void *runtime;
    // Registers a contract for the bundle that is starting. [init-thread]
    //
    // `descriptor` and `iface` are not null, stay the property of the caller and are copied;
    // the functions they name have to live until the bundle is closed. `out_err` is not null.
    void (*register_guest_contract)(const struct PolyplugHostApi *host,
                                    const struct PolyplugPluginDescriptor *descriptor,
                                    const struct PolyplugGuestContractInterface *iface,
                                    struct PolyplugAbiError *out_err);
    // Allocates `size` bytes aligned to `align`, a power of two. [thread-safe]
    //
    // The caller owns the memory and gives it back with `free`. Null only on
    // failure; 0 bytes have an address too.
    uint8_t *(*alloc)(const struct PolyplugHostApi *host, size_t size, size_t align);
    // Gives back what `alloc` returned, with the same `size` and `align`. [thread-safe]
    //
    // Null is allowed and does nothing.
    void (*free)(const struct PolyplugHostApi *host, uint8_t *memory, size_t size, size_t align);
    // Finds a bundle that provides a contract. [thread-safe]
    //
    // `min_version` is 0 for any version, a value below 65536 for that major version or later,
    // from 65536 on `major << 16 | minor` for the same major and at least this minor. The null
    // handle if there is none. The handle is a value and owns nothing.
    struct PolyplugGuestContractHandle (*find_guest_contract)(const struct PolyplugHostApi *host,
                                                              uint64_t contract_id,
                                                              uint32_t min_version);
    // Finds every bundle that provides a contract. [thread-safe]
    //
    // The caller owns the list and gives it back with `free`; it is empty if there is none.
    struct PolyplugGuestContractHandleArray (*find_all_guest_contracts)(const struct PolyplugHostApi *host,
                                                                        uint64_t contract_id,
                                                                        uint32_t min_version);
    // The contract that a handle names. [thread-safe]
    //
    // The runtime owns the interface, which stays at its address until the runtime is destroyed.
    // Null if the handle is null or stale. An interface that was resolved holds back the closing
    // of native code until the host says that it is quiescent.
    const struct PolyplugGuestContractInterface *(*resolve_guest_contract)(const struct PolyplugHostApi *host,
                                                                           struct PolyplugGuestContractHandle handle);
    // An object of a host contract. [thread-safe]
    //
    // That of a singleton contract is made on first use and belongs to the runtime. Any other is
    // made anew; the caller owns it and destroys it through the interface of the contract. Null
    // data on failure, or if the contract needs no object.
    struct PolyplugHostContractInstance (*get_host_contract)(const struct PolyplugHostApi *host,
                                                             uint64_t contract_id,
                                                             uint32_t min_version);
    // The functions of a host contract. [thread-safe]
    //
    // The runtime owns the interface, which lives until the runtime is destroyed and does not
    // change. Null if there is none that fits.
    const struct PolyplugHostContractInterface *(*resolve_host_contract_interface)(const struct PolyplugHostApi *host,
                                                                                   uint64_t contract_id,
                                                                                   uint32_t min_version);
    // The ids of all loaded bundles. [thread-safe]
    //
    // The caller owns the list and gives it back with `free`.
    struct PolyplugBundleIdArray (*list_bundles)(const struct PolyplugHostApi *host);
    // What the bundle that is starting on this thread says it needs. [init-thread]
    //
    // The caller owns the list and gives it back with `free`; it is empty elsewhere.
    struct PolyplugDependencyInfoArray (*get_dependencies)(const struct PolyplugHostApi *host);
    // Loads the bundle in a folder. [thread-safe]
    //
    // `path` is UTF-8 of `len` bytes, not null, and stays the property of the caller. `out_err` is
    // not null. A failure leaves nothing of the bundle behind.
    void (*load_bundle)(const struct PolyplugHostApi *host,
                        const uint8_t *path,
                        size_t len,
                        struct PolyplugAbiError *out_err);
    // Replaces the bundle that was loaded from a folder by what is there now. [frame-boundary]
    //
    // Parameters as for `load_bundle`. After a failure the old version still answers.
    void (*reload_bundle)(const struct PolyplugHostApi *host,
                          const uint8_t *path,
                          size_t len,
                          struct PolyplugAbiError *out_err);
    // Registers a contract of the host. [thread-safe]
    //
    // `iface` is not null, stays the property of the caller and is copied; the functions it
    // names have to outlive the runtime. `out_err` is not null. Refused if the id is taken, and for a
    // bundle.
    void (*register_host_contract)(const struct PolyplugHostApi *host,
                                   const struct PolyplugHostContractInterface *iface,
                                   struct PolyplugAbiError *out_err);
    // Registers a loader for one more language. [thread-safe]
    //
    // `loader` was made by this same library, which takes it over on success; anything else is
    // refused and stays with the caller. `out_err` is not null.
    void (*register_loader)(const struct PolyplugHostApi *host,
                            void *loader,
                            struct PolyplugAbiError *out_err);
    // Copies the last error of this thread into `buf` and clears it. [thread-safe]
    //
    // `buf` belongs to the caller and has room for `len` bytes; what does not fit is cut off
    // between two characters, and there is no terminating NUL. Returns the number of bytes that
    // were written, 0 if there is no error or `buf` is null.
    size_t (*get_last_error)(const struct PolyplugHostApi *host, uint8_t *buf, size_t len);
    // The length in bytes of the last error of this thread, 0 if there is none. [thread-safe]
    size_t (*get_error_len)(const struct PolyplugHostApi *host);
    // Unloads a bundle that no other bundle needs. [frame-boundary]
    //
    // Its handles answer `StaleHandle` from then on. `out_err` is not null.
    void (*unload_bundle)(const struct PolyplugHostApi *host,
                          uint64_t bundle_id,
                          struct PolyplugAbiError *out_err);
    // Writes a log record. [thread-safe]
    //
    // An unknown `level` counts as Error. The texts are UTF-8, stay the property of the caller and
    // are read during the call; null counts as empty. It cannot fail.
    void (*log)(const struct PolyplugHostApi *host,
                uint32_t level,
                struct PolyplugStringView scope,
                struct PolyplugStringView message);
    // Makes an object of a guest contract. [thread-safe]
    //
    // `iface` is one that `resolve_guest_contract` returned. `args` is as the contract says,
    // may be null and is read during the call. `out_instance` is not null; on failure it becomes
    // `{null, 0}`. The caller owns the object and destroys it with `destroy_guest_instance`.
    void (*create_guest_instance)(const struct PolyplugHostApi *host,
                                  const struct PolyplugGuestContractInterface *iface,
                                  const void *args,
                                  struct PolyplugGuestContractInstance *out_instance);
    // Destroys an object of a guest contract. [thread-safe]
    //
    // `iface` is the one it was made with. Null data is allowed and does nothing; an object
    // that is gone already is a failure and changes nothing.
    void (*destroy_guest_instance)(const struct PolyplugHostApi *host,
                                   const struct PolyplugGuestContractInterface *iface,
                                   struct PolyplugGuestContractInstance instance);
    // The address of a counter that changes whenever the registry changes. [thread-safe]
    //
    // Never null; the runtime owns it, and it lives until the runtime is destroyed. It is read
    // with one atomic load of 64 bits and never written.
    const uint64_t *(*revision_counter)(const struct PolyplugHostApi *host);
    // Data, not a function: the table of the functions that came later. Never null in this
    // implementation; it lives as long as this table.
    const struct PolyplugHostApiExtensions *reserved;
} PolyplugHostApi;

// A step in the reload of one bundle. It belongs to the runtime and lives, with its texts, until
// the callback returns.
typedef struct PolyplugReloadPhase {
    // Which step: a `RELOAD_` value.
    uint32_t phase_type;
    // The hash of the bundle's name.
    uint64_t bundle_id;
    // The name of the bundle; never null.
    struct PolyplugStringView bundle_name;
    // Why the new version was refused; null in every other step.
    struct PolyplugStringView reason;
} PolyplugReloadPhase;

// The public half of an Ed25519 key, as RFC 8032 encodes it.
typedef struct PolyplugEd25519PublicKey {
    // The encoded point.
    uint8_t bytes[32];
} PolyplugEd25519PublicKey;

// A list of `len` values.
//
// One that a function of the host returns belongs to the caller, who frees it with
// `host->free(items, len * sizeof(item), align)`. One that is passed in stays the property of
// the caller and is read only during the call.
typedef struct PolyplugEd25519PublicKeyArray {
    // The first value; null if `len` is 0.
    struct PolyplugEd25519PublicKey *items;
    // The number of values.
    size_t len;
    // The alignment that `items` was allocated with.
    size_t align;
} PolyplugEd25519PublicKeyArray;

// What a host asks of the runtime that it creates.
//
// It is read, and the keys are copied, before the creating function returns. What the two user
// data pointers point at stays the property of the host and outlives the runtime.
typedef struct PolyplugRuntimeConfig {
    // How strictly a new version is held to the old one: a `COMPATIBILITY_` value.
    uint32_t compatibility;
    // Whether bundles may be reloaded at all.
    bool hot_reload_enabled;
    // Hears about reloads, as `OnReload` says; may be null. [thread-safe]
    void (*on_reload)(void *user_data, const struct PolyplugReloadPhase *phase);
    // The first argument of `on_reload`; may be null.
    void *on_reload_user_data;
    // Takes log records, as `LogSink` says; null sends them to standard error. [thread-safe]
    void (*log)(void *user_data,
                uint32_t level,
                struct PolyplugStringView scope,
                struct PolyplugStringView message);
    // The first argument of `log`; may be null.
    void *log_user_data;
    // Records with a level above this `LOG_` value reach neither `log` nor standard error, so that
    // 0 keeps all away.
    uint32_t log_max_level;
    // Whether bundles have to be signed: a `SIGNATURE_` value.
    uint32_t signature_policy;
    // The keys that may sign bundles. The list stays the property of the host.
    struct PolyplugEd25519PublicKeyArray trusted_keys;
} PolyplugRuntimeConfig;

// What was decided about the bytes of one load or reload, and who signed them.
//
// It belongs to its event, with all texts.
typedef struct PolyplugTrustRecord {
    // The size of this struct as the runtime knows it: later versions append fields.
    uint32_t struct_size;
    // What was decided: a `TRUST_` value.
    uint32_t decision;
    // The policy that was in force: a `SIGNATURE_` value.
    uint32_t policy;
    // What the bundle's manifest says; 0.0.0 where none was read.
    struct PolyplugVersion version;
    // The bundle's name; its folder's where no manifest was read.
    struct PolyplugStringView name;
    // The loader that its manifest asks for; empty where none was read.
    struct PolyplugStringView loader;
    // The digest of its files, 64 hexadecimal digits; null if they were not read.
    struct PolyplugStringView digest;
    // The key that signed it, as `ed25519:` and 64 hexadecimal digits; null if no signature holds.
    struct PolyplugStringView signer;
    // What that key is called, 16 hexadecimal digits; null if no signature holds.
    struct PolyplugStringView signer_id;
    // Why it was refused, denied or warned of, and what to do; else null.
    struct PolyplugStringView reason;
    // The rule by which it was refused or warned of, in a word that stays the same, such as `unsigned`
    // or `file-changed`; else null.
    struct PolyplugStringView refusal_code;
} PolyplugTrustRecord;

// Something that happened to a bundle or to the runtime.
//
// It is filled in whole: what an event does not have is 0 or a null text. The texts belong to the
// runtime; `OnEvent` and `polyplug_next_event` say how long they live.
typedef struct PolyplugEvent {
    // How many bytes of this struct the runtime knows; those beyond are 0.
    uint32_t struct_size;
    // What happened: an `EVENT_` value.
    uint32_t kind;
    // The hash of the bundle's name; 0 if the event is about none.
    uint64_t bundle_id;
    // The name of the bundle, or of its folder if the manifest cannot be read.
    struct PolyplugStringView bundle;
    // Where the bundle lies that failed, or the folder that is no longer watched.
    struct PolyplugStringView path;
    // Why something failed, is kept or was lost; the name of the thread that held a pin.
    struct PolyplugStringView message;
    // The load number that ran, or was closed.
    uint32_t from;
    // The load number that runs now, or is about to.
    uint32_t to;
    // The step that failed: a `STEP_` value.
    uint32_t step;
    // Why a bundle was reloaded: a `CAUSE_` value.
    uint32_t cause;
    // Why it failed: an `ERROR_` value.
    uint32_t code;
    // What keeps a replaced version: a `PIN_` value.
    uint32_t reason;
    // What became of the state: a `STATE_` value.
    uint32_t state;
    // How many objects were given their state back.
    uint32_t state_kept;
    // How many objects were made afresh, because their state could not be kept.
    uint32_t state_reset;
    // 0.
    uint32_t padding;
    // How many events were lost.
    uint64_t count;
    // How long reading, opening and starting took, in nanoseconds.
    uint64_t stage_ns;
    // How long checking, getting in, handing over and publishing took, in nanoseconds.
    uint64_t commit_ns;
    // The time from the first notice of the change to the commit, in nanoseconds; 0 if nothing was
    // watched.
    uint64_t since_change_ns;
    // How long a drain took or a commit waited, in nanoseconds.
    uint64_t waited_ns;
    // What was decided about the bytes of a bundle that was loaded, reloaded or refused; null where
    // there is nothing to decide.
    const struct PolyplugTrustRecord *trust;
    // 0; room for what later versions tell.
    uint64_t reserved[5];
} PolyplugEvent;

// A capability that is granted to bundles. A bundle gets what its manifest asks for and some grant
// gives it.
typedef struct PolyplugGrant {
    // The bundle's name; `*` in it stands for any characters.
    struct PolyplugStringView bundles;
    // The capability, as manifests write it: `stdout`, `env:LANG`, `fs:ro:data` ...
    struct PolyplugStringView capability;
} PolyplugGrant;

// The short name of a key that bundles are signed with: the 16 hexadecimal digits of `polyplug trust
// list`, as bytes.
typedef struct PolyplugKeyId {
    // The digits, two in each.
    uint8_t bytes[8];
} PolyplugKeyId;

// A capability that a bundle asks for. It belongs to its offer, with its text.
typedef struct PolyplugAskedCapability {
    // As manifests write it: `stdout`, `env:LANG`, `fs:ro:data` ...
    struct PolyplugStringView text;
    // Whether the bundle runs without it.
    bool optional;
    // Whether this host grants it to a bundle of this name.
    bool granted;
    // 0; room for what later versions tell.
    uint64_t reserved[1];
} PolyplugAskedCapability;

// What a bundle is, as far as that can be known without running it.
//
// All but digest and signer is what the bundle says of itself: its name is no proof of who made it. It
// belongs to its discovery, or lives until the callback that it is shown to returns, with all that it
// points at.
typedef struct PolyplugBundleOffer {
    // The size of this struct as the runtime knows it: later versions append fields.
    uint32_t struct_size;
    // What would become of it: a `PROSPECT_` value.
    uint32_t prospect;
    // Its name; its folder's where its manifest does not read.
    struct PolyplugStringView name;
    // Its folder, or the label that it is loaded under.
    struct PolyplugStringView path;
    // The loader that opens it; empty where its manifest does not read.
    struct PolyplugStringView loader;
    // Its version; 0.0.0 if it states none.
    struct PolyplugVersion version;
    // The code that its load would answer; 0 unless it would fail.
    uint32_t code;
    // What it promises to provide, such as `name@1` or `name@1.2.3`; null if it does not say so.
    const struct PolyplugStringView *contracts;
    // How many those are.
    size_t contract_count;
    // What its manifest says that it depends on; null if that is nothing.
    const struct PolyplugStringView *dependencies;
    // How many those are.
    size_t dependency_count;
    // What it asks to reach; null if that is nothing. Native and Lua bundles ask for nothing and may
    // do what the process may.
    const struct PolyplugAskedCapability *capabilities;
    // How many those are.
    size_t capability_count;
    // The key that signed it, as `ed25519:` and 64 hexadecimal digits; null if no signature counts.
    struct PolyplugStringView signer;
    // What that key is called, 16 hexadecimal digits; null where there is no signer.
    struct PolyplugStringView signer_id;
    // Why no signature counts, whether or not the policy asks for one; null where there is a signer.
    struct PolyplugStringView unsigned_reason;
    // The digest of its files, 64 hexadecimal digits; null if they were not read.
    struct PolyplugStringView digest;
    // Why it would not load, or the folder by which it is shadowed; else null.
    struct PolyplugStringView reason;
    // The rule by which no signature counts, in a word that stays the same, such as `unsigned` or
    // `file-changed`; null where there is a signer.
    struct PolyplugStringView unsigned_code;
} PolyplugBundleOffer;

// Where signatures count, versions of this bundle that are older than this one are refused.
typedef struct PolyplugMinimumVersion {
    // The bundle's name.
    struct PolyplugStringView bundle;
    // The oldest version that is taken.
    struct PolyplugVersion version;
    // 0.
    uint32_t padding;
} PolyplugMinimumVersion;

// A header of a request.
typedef struct PolyplugHttpHeader {
    // Its name; what a bundle sends is in small letters.
    struct PolyplugStringView name;
    // Its bytes, which are mostly, and need not be, UTF-8.
    struct PolyplugStringView value;
} PolyplugHttpHeader;

// A request that a bundle wants to send. It lives until the callback that it is shown to returns, with
// all that it points at.
typedef struct PolyplugEgressRequest {
    // The size of this struct as the runtime knows it: later versions append fields.
    uint32_t struct_size;
    // The port: 80 or 443 where the bundle named none.
    uint32_t port;
    // The bundle's name, which is no proof of who made it.
    struct PolyplugStringView bundle;
    // The method, such as `GET`; its case counts.
    struct PolyplugStringView method;
    // `http` or `https`.
    struct PolyplugStringView scheme;
    // The host, in small letters: a name, or an address, one of version 6 in brackets. It is what the
    // bundle wrote, and not yet resolved.
    struct PolyplugStringView host;
    // The path, and what follows a `?`.
    struct PolyplugStringView path;
    // The headers that the bundle set; null if there are none. The body is not written yet.
    const struct PolyplugHttpHeader *headers;
    // How many those are.
    size_t header_count;
} PolyplugEgressRequest;

// What a callback answers besides its value. It is there with all fields null, and belongs to the runtime;
// what its fields point at stays the host's and is copied as soon as the callback has returned, before
// `release` is called.
typedef struct PolyplugEgressAnswer {
    // Headers that take the place of the bundle's own of the same names, such as a key, which the bundle
    // never sees. One that is no header refuses the request; `content-length` is the bundle's alone.
    const struct PolyplugHttpHeader *headers;
    // How many those are.
    size_t header_count;
    // Why the request is not sent, for the log; the bundle is not told.
    struct PolyplugStringView reason;
    // Is called once with `held` when all of the above was copied; null if nothing is to be given back.
    // [same-thread]
    void (*release)(void *held);
    // What `release` is called with; may be null.
    void *held;
} PolyplugEgressAnswer;

// What a host asks of the runtime that it creates, in a struct that grows at its end.
//
// `polyplug_runtime_options` fills in the defaults; only the fields that differ are then written.
// It is read, and what it points at is copied, before the creating function returns.
typedef struct PolyplugRuntimeOptions {
    // The size of this struct as the host knows it. Fields beyond it have their defaults.
    uint32_t struct_size;
    // When changes are committed: `RELOAD_ON_POLL` or `RELOAD_IMMEDIATE`.
    uint32_t reload_mode;
    // The configuration of version 1.
    struct PolyplugRuntimeConfig config;
    // Folders of bundles that are loaded when the runtime is created; null if there are none.
    const struct PolyplugStringView *plugin_dirs;
    // The number of those folders.
    size_t plugin_dir_count;
    // 1 to watch those folders, which turns reloading on; 0 not to.
    uint8_t watch;
    // How many milliseconds a folder is quiet before a change is acted on of which the system does
    // not say that it is complete; 0 means 30.
    uint32_t quiet_ms;
    // How many events the queue of `polyplug_next_event` holds before it drops the oldest; 0 means
    // 4096.
    uint32_t event_capacity;
    // How many milliseconds a call into a bundle may take that names no limit of its own; 0 means
    // any.
    uint32_t call_ms;
    // How many bytes a bundle may use that names no limit of its own; 0 means any.
    uint64_t memory_limit;
    // Is told every event, as `OnEvent` says; may be null. [thread-safe]
    void (*on_event)(void *user_data, const struct PolyplugEvent *event);
    // The first argument of `on_event`; may be null.
    void *on_event_user_data;
    // What bundles may reach beyond clocks and random numbers; null if that is all.
    const struct PolyplugGrant *grants;
    // The number of those grants.
    size_t grant_count;
    // Keys whose signatures do not count any more, whoever trusts them; null if there are none.
    const struct PolyplugKeyId *revoked_keys;
    // The number of those keys.
    size_t revoked_key_count;
    // The operator's file of trusted and revoked keys, which has to be there; null if there is none.
    struct PolyplugStringView trust_store;
    // The file that keeps over restarts which versions signatures have called too old; null to forget
    // that when the runtime ends. Its folder has to be there.
    struct PolyplugStringView version_floors;
    // Folders of bundles that are found by name and by discovery, after the plugin folders, and are
    // not loaded with the runtime; null if there are none.
    const struct PolyplugStringView *search_dirs;
    // The number of those folders.
    size_t search_dir_count;
    // Is asked whether a bundle may be loaded, as `Admission` says; null lets all in that the
    // signature policy lets in. [thread-safe]
    uint32_t (*admission)(void *user_data,
                          const struct PolyplugBundleOffer *offer,
                          struct PolyplugStringView *out_reason);
    // The first argument of `admission`; may be null.
    void *admission_user_data;
    // What the host itself calls too old; null if that is nothing.
    const struct PolyplugMinimumVersion *minimum_versions;
    // The number of those bundles.
    size_t minimum_version_count;
    // 1 to obey the file of `version_floors` and leave it as it is: what signatures call too old from
    // now on is forgotten when the runtime ends. 0 to keep that there.
    uint8_t version_floors_read_only;
    // 0.
    uint8_t floors_padding[7];
    // Is asked about every request of bundles with the capability `http`, as `Egress` says; null sends
    // nothing. A library without the feature `http` takes only null. [thread-safe]
    uint32_t (*egress)(void *user_data,
                       const struct PolyplugEgressRequest *request,
                       struct PolyplugEgressAnswer *out_answer);
    // The first argument of `egress`; may be null.
    void *egress_user_data;
} PolyplugRuntimeOptions;

// A file of a bundle that is in memory.
typedef struct PolyplugBundleFile {
    // Its path in the bundle, with `/` between the parts.
    struct PolyplugStringView path;
    // Its content; null if it is empty.
    const uint8_t *content;
    // How many bytes that is.
    size_t len;
} PolyplugBundleFile;

// A contract that a bundle provides. It belongs to its listing, with its texts.
typedef struct PolyplugContractInfo {
    // The hash of the contract's name and major version.
    uint64_t id;
    // `name@major`.
    struct PolyplugStringView name;
    // The plugin that registered it, as it calls itself.
    struct PolyplugStringView plugin_name;
    // The version that is provided.
    struct PolyplugVersion version;
    // The number of functions, or `FUNCTION_COUNT_UNKNOWN`.
    uint32_t function_count;
    // How it is called: a `DISPATCH_` value.
    uint32_t dispatch_type;
    // 0.
    uint32_t padding;
    // 0; room for what later versions tell.
    uint64_t reserved[2];
} PolyplugContractInfo;

// A bundle, loaded or not. It belongs to its listing, with all that it points at.
typedef struct PolyplugBundle {
    // The size of this struct as the runtime knows it: later versions append fields.
    uint32_t struct_size;
    // Whether it runs: a `BUNDLE_` value.
    uint32_t state;
    // The hash of its name.
    uint64_t id;
    // Its name, or that of its folder if the manifest cannot be read.
    struct PolyplugStringView name;
    // Its folder, or the label that it was loaded under.
    struct PolyplugStringView path;
    // The name of its loader; empty if the bundle failed.
    struct PolyplugStringView loader;
    // The bundle's own version.
    struct PolyplugVersion version;
    // How often it was loaded, reloads included; 0 if it failed.
    uint32_t load_number;
    // How many instances are alive.
    size_t instances;
    // The last failure, if nothing has succeeded since; else null.
    struct PolyplugStringView last_error;
    // What it provides; null if that is nothing.
    const struct PolyplugContractInfo *contracts;
    // How many contracts it provides.
    size_t contract_count;
    // What its manifest says that it depends on; null if that is nothing.
    const struct PolyplugStringView *dependencies;
    // How many those are.
    size_t dependency_count;
    // The digest of its files, 64 hexadecimal digits; null if it failed.
    struct PolyplugStringView digest;
    // The key that signed it, as `ed25519:` and 64 hexadecimal digits; null if that was not checked
    // or no signature holds.
    struct PolyplugStringView signer;
    // What that key is called, 16 hexadecimal digits; null where there is no signer.
    struct PolyplugStringView signer_id;
} PolyplugBundle;

// The export `polyplug_abi_version`. [init-thread]
//
// Called before anything else of the plugin. A result other than the version of the runtime
// refuses the plugin.
typedef uint32_t (*PolyplugAbiVersion)(void);

// Is asked whether a bundle may be loaded. [thread-safe]
//
// At every load, reload and discovery, after the signature policy and before any code of the bundle
// runs; the bytes whose offer it saw are those that are opened. `user_data` is the pointer that was configured. `offer` is never
// null and lives, with all that it points at, until the function returns. `out_reason` is never null
// and holds the null text; where the answer is not `ADMISSION_ALLOW` it may be set to the reason, a text
// of the host's or of the offer, which is copied as soon as the function has returned. The thread that
// loads calls it, which may be the runtime's own. Load, reload, unload, poll and discovery answer
// `ReentrantCall` from inside. An exception of C++ must not leave it: the process would end.
typedef uint32_t (*PolyplugAdmission)(void *user_data,
                                      const struct PolyplugBundleOffer *offer,
                                      struct PolyplugStringView *out_reason);

// The optional export `polyplug_adopt`. [commit]
//
// As `polyplug_adopt_check`, which has agreed. May not fail, wait, or call anything of the
// runtime but `alloc` and `free`. The instance keeps its address.
typedef void (*PolyplugAdopt)(const struct PolyplugHostApi *host,
                              uint64_t contract_id,
                              void *data,
                              uint32_t from_version);

// The optional export `polyplug_adopt_check`. [commit]
//
// No call is inside of the version that made the instance. The new version is asked whether it
// will take an instance over whose layout is that of `from_version`. It only reads: a refusal (a
// code other than 0 in `out_err`, which is never null) leaves the version before running.
// Loading, reloading and calls into the bundle answer `ReentrantCall`.
typedef void (*PolyplugAdoptCheck)(const struct PolyplugHostApi *host,
                                   uint64_t contract_id,
                                   void *data,
                                   uint32_t from_version,
                                   struct PolyplugAbiError *out_err);

// Owned bytes that can grow, from the allocator of the host.
//
// The owner frees it with `host->free(ptr, cap, 1)`.
typedef struct PolyplugBuffer {
    // The first byte; null if `cap` is 0.
    uint8_t *ptr;
    // The number of bytes that are filled.
    size_t len;
    // The number of bytes that were allocated.
    size_t cap;
} PolyplugBuffer;

// What a bundle learns about itself when it starts. It belongs to the runtime and lives until the
// start returns.
typedef struct PolyplugBundleInitContext {
    // The hash of the bundle's name.
    uint64_t bundle_id;
    // The folder of the bundle; null if it was loaded from memory.
    struct PolyplugStringView bundle_path;
} PolyplugBundleInitContext;

// Is asked whether a request of a bundle may be sent. [thread-safe]
//
// Once for each request of a bundle that has the capability `http`, before a name is resolved or anything is
// sent. Redirections are not followed, so where one leads is the next request. Addresses that are not
// public are refused afterwards, whatever it says. `user_data` is the pointer that was configured;
// `request` and `out_answer` are never null. The thread that runs the bundle calls it, and waits. It must
// not call into the bundle; other bundles it may call, whose requests it is asked about meanwhile. An exception of C++ must not leave it: the process would end.
typedef uint32_t (*PolyplugEgress)(void *user_data,
                                   const struct PolyplugEgressRequest *request,
                                   struct PolyplugEgressAnswer *out_answer);

// A function of a host contract; parameters as for a native guest function. [thread-safe]
typedef void (*PolyplugHostFunction)(struct PolyplugHostContractInstance instance,
                                     const void *args,
                                     void *out,
                                     struct PolyplugAbiError *out_err);

// Takes a log record. [thread-safe]
//
// `user_data` is the pointer that was configured. `level` is one of the log levels. The texts are
// UTF-8, never null, and live until the function returns. Several threads may call it at once.
// Load, reload, unload and poll answer `ReentrantCall` from inside.
typedef void (*PolyplugLogSink)(void *user_data,
                                uint32_t level,
                                struct PolyplugStringView scope,
                                struct PolyplugStringView message);

// A function of a native guest contract. [thread-safe]
//
// `args` is null for no argument, points at the value for one, and at a C struct of them in order
// for more. `out` points at the return type, or is null for none. Both belong to the caller and
// live until the call returns. `out_err` is never null. After a failure `out` is not read.
typedef void (*PolyplugNativeFunction)(struct PolyplugGuestContractInstance instance,
                                       const void *args,
                                       void *out,
                                       struct PolyplugAbiError *out_err);

// Is told every event. [thread-safe]
//
// `user_data` is the pointer that was configured. `event` is never null and lives, with its texts,
// until the function returns. With a polling watcher the polling thread calls it, otherwise the
// thread that makes the change; no lock is held. Load, reload, unload and poll answer
// `ReentrantCall` from inside.
typedef void (*PolyplugOnEvent)(void *user_data, const struct PolyplugEvent *event);

// Hears about each step of a reload. [thread-safe]
//
// `user_data` is the pointer that was configured. `phase` is never null and lives until the
// function returns. With a polling watcher the polling thread calls it, otherwise the thread that
// commits; no lock is held. Load, reload, unload and poll answer `ReentrantCall` from inside.
typedef void (*PolyplugOnReload)(void *user_data, const struct PolyplugReloadPhase *phase);

// The export `polyplug_init`. [init-thread]
//
// The plugin registers its contracts here. `host` is never null, belongs to the runtime and stays
// valid until the plugin is closed; `context` is never null and is valid until the function
// returns. A failure discards what was registered; the message of the returned error is copied
// before the plugin is closed.
typedef struct PolyplugAbiError (*PolyplugPluginInit)(const struct PolyplugHostApi *host,
                                                      const struct PolyplugBundleInitContext *context);

// The optional export `polyplug_shutdown`. [commit]
//
// No call is inside any more. The plugin joins its threads and takes back what it registered with
// the system: its code is about to be unmapped. `reason` is one of the shutdown reasons.
// Instances that are left are destroyed afterwards. Not called if `polyplug_init` failed.
typedef void (*PolyplugShutdown)(const struct PolyplugHostApi *host, uint32_t reason);

// The optional export `polyplug_state_version`. [thread-safe]
//
// Returns a number for the layout of the instances of a contract. A plugin that exports this,
// `polyplug_adopt_check` and `polyplug_adopt` promises that the data of its instances came from
// `host->alloc` and holds no pointer into its library; then instances survive a reload in place.
typedef uint32_t (*PolyplugStateVersion)(uint64_t contract_id);

// ---- Runtimes -----------------------------------------------------------------------------------

// Makes a runtime. [thread-safe]
//
// `config` may be null for the defaults; it is read before the function returns and stays the
// caller's. The result belongs to the caller, who ends it with polyplug_runtime_destroy(). Null
// on failure; the reason is polyplug_last_error().
POLYPLUG_API const PolyplugHostApi *polyplug_runtime_create(const PolyplugRuntimeConfig *config);

// Makes a runtime with more options. [thread-safe]
//
// As polyplug_runtime_create(); `options` may be null for the defaults. The plugin folders are
// loaded before it returns, and the callbacks may be called meanwhile. A bundle that cannot be
// loaded is in the log, the events and the listing; a folder that cannot be read is a failure.
POLYPLUG_API const PolyplugHostApi *polyplug_runtime_create_ex(
    const PolyplugRuntimeOptions *options);

// Ends a runtime: unloads its bundles, and waits up to two seconds for what other threads do in
// it. [frame-boundary]
//
// What a thread is still inside of then stays in memory, with a log record. From inside of a
// call, a callback or a pin it is refused, with the reason in polyplug_last_error(), and the
// runtime lives on. Afterwards every function answers POLYPLUG_ERROR_INVALID_POINTER for `host`,
// while contracts and interfaces of the runtime must not be used any more. Raw native calls must
// have ended.
POLYPLUG_API void polyplug_runtime_destroy(const PolyplugHostApi *host);

// The version of this library. [thread-safe]
POLYPLUG_API PolyplugVersion polyplug_version(void);

// The version of the ABI between this library and plugins: POLYPLUG_ABI_VERSION of its header.
// [thread-safe]
POLYPLUG_API uint32_t polyplug_abi(void);

// Whether a runtime can open bundles of this kind: "lua", "native" ... [thread-safe]
//
// False too if `host` or `name` cannot be used; the reason is polyplug_last_error().
POLYPLUG_API bool polyplug_has_loader(const PolyplugHostApi *host, const char *name);

// Why the newest failure on this thread happened. [thread-safe]
//
// A null text if nothing failed yet. It stays until something else fails; success does not clear
// it, so it is read only after a failure. The library owns the text; it lives until 16 further
// failures on this thread. Failures of other threads, and of reloads in the background, are
// events.
POLYPLUG_API PolyplugStringView polyplug_last_error(void);

// ---- Bundles ------------------------------------------------------------------------------------

// Loads the bundle in a folder. [thread-safe]
//
// `path` is the folder or its manifest, and stays the caller's. A failure leaves nothing of the
// bundle behind. From inside a call this works as well; from callbacks and pins the answer is
// POLYPLUG_ERROR_REENTRANT_CALL.
POLYPLUG_API uint32_t polyplug_load_bundle(const PolyplugHostApi *host, const char *path);

// Loads the bundle of this name out of the plugin and search folders. [thread-safe]
//
// Before it those are loaded that it needs and nobody provides yet, as far as their manifests say what
// they provide; they stay if it fails. Of one name the first folder's bundle is taken, and no other if
// that one is refused. `name` stays the caller's. As polyplug_load_bundle() otherwise;
// POLYPLUG_ERROR_NOT_FOUND if no folder has it.
POLYPLUG_API uint32_t polyplug_load_by_name(const PolyplugHostApi *host, const char *name);

// Loads a whole bundle that is in memory. [thread-safe]
//
// `files` are `count` files with paths like `manifest.toml` or `lib/a.lua`; the bundle.sig is one of
// them if the bundle is signed. They are copied and stay the caller's.
POLYPLUG_API uint32_t polyplug_load_files(const PolyplugHostApi *host,
                                          const PolyplugBundleFile *files, size_t count);

// Replaces the loaded bundle that the manifest of these files names. [frame-boundary]
//
// As polyplug_load_files() and polyplug_reload_bundle().
POLYPLUG_API uint32_t polyplug_reload_files(const PolyplugHostApi *host,
                                            const PolyplugBundleFile *files, size_t count);

// Loads every bundle of a folder, each after those that it depends on. [thread-safe]
//
// One broken bundle never stops the others: the answer is POLYPLUG_ERROR_OK if the folder could
// be read, and what is wrong with single bundles is in the log, the events and the listing.
// `out_loaded` and `out_failed` receive how many were loaded and how many were not; each may be
// null. Both are 0 after a failure.
POLYPLUG_API uint32_t polyplug_load_folder(const PolyplugHostApi *host, const char *path,
                                           uint32_t *out_loaded, uint32_t *out_failed);

// Replaces a loaded bundle by what is now in its folder, unchanged files included.
// [frame-boundary]
//
// `path` is the folder or its manifest, and stays the caller's. Needs `hot_reload_enabled` or a
// watched folder, else the answer is POLYPLUG_ERROR_HOT_RELOAD_DISABLED. When it returns, the new
// version runs; after a failure the old one still does.
POLYPLUG_API uint32_t polyplug_reload_bundle(const PolyplugHostApi *host, const char *path);

// As polyplug_reload_bundle(), for the bundle with this id, from where it was loaded.
// [frame-boundary]
POLYPLUG_API uint32_t polyplug_reload_bundle_by_id(const PolyplugHostApi *host, uint64_t bundle_id);

// Asks for a reload that happens later: at the next poll, or on the runtime's worker.
// [thread-safe]
//
// Success means that it was queued; how it ended is told as an event.
POLYPLUG_API uint32_t polyplug_request_reload(const PolyplugHostApi *host, uint64_t bundle_id);

// Unloads a bundle that no other bundle needs. [frame-boundary]
//
// Calls of its contracts answer POLYPLUG_ERROR_STALE_HANDLE from then on, until it is loaded
// again. Its instances are gone.
POLYPLUG_API uint32_t polyplug_unload_bundle(const PolyplugHostApi *host, uint64_t bundle_id);

// Unloads a bundle and, before it, all that need it: either all of them or none. [frame-boundary]
POLYPLUG_API uint32_t polyplug_unload_bundle_cascade(const PolyplugHostApi *host,
                                                     uint64_t bundle_id);

// ---- Watched folders ----------------------------------------------------------------------------

// Follows the files of a folder of bundles, and turns reloading on. [thread-safe]
//
// From now on bundles of it are replaced when their files change, unloaded when they go, and
// loaded when they appear: at the next poll, or at once under POLYPLUG_RELOAD_IMMEDIATE. What is
// there already is not loaded; polyplug_load_folder() does that, before or after. `folder` stays
// the caller's.
POLYPLUG_API uint32_t polyplug_watch(const PolyplugHostApi *host, const char *folder);

// Follows a folder no longer, or, if `folder` is null, any. [thread-safe]
//
// `folder` is written as it was for polyplug_watch(), and stays the caller's. The bundles of it
// stay loaded. Not following anything is no failure; not having followed `folder` is.
POLYPLUG_API uint32_t polyplug_unwatch(const PolyplugHostApi *host, const char *folder);

// ---- The frame boundary, and holding it back ----------------------------------------------------

// Commits the changes that are ready, runs the callbacks that are due, closes what was replaced.
// [frame-boundary]
//
// A game calls this once per frame. `flags` is 0 or POLYPLUG_POLL_QUIESCENT. `out_committed`,
// which may be null, receives how many changes were committed. A change that fails leaves its old
// version running and is told as an event; it is no failure of this function.
POLYPLUG_API uint32_t polyplug_poll(const PolyplugHostApi *host, uint32_t flags,
                                    uint32_t *out_committed);

// Holds back every change until polyplug_unpin(), so that this thread sees one revision of all
// contracts. [thread-safe]
//
// `out_token` receives what polyplug_unpin() takes; after a failure it is 0. The outermost pin of
// a thread waits while a change is being committed; pins nest. A pin that is held for longer than
// two seconds makes the change fail that waits for it. While this thread holds one, load, reload,
// unload, poll and destroy answer POLYPLUG_ERROR_REENTRANT_CALL.
POLYPLUG_API uint32_t polyplug_pin(const PolyplugHostApi *host, uint64_t *out_token);

// Gives the innermost pin of this thread back. [same-thread]
//
// POLYPLUG_ERROR_WRONG_THREAD if `token` is of another thread, POLYPLUG_ERROR_INVALID_ARGUMENT if
// it is not that of the innermost pin.
POLYPLUG_API uint32_t polyplug_unpin(const PolyplugHostApi *host, uint64_t token);

// ---- Contracts ----------------------------------------------------------------------------------

// Finds a contract by its name. [thread-safe]
//
// `name` is `demo.add@1` for any version with that major, `demo.add@1.2` for at least that minor,
// and stays the caller's. Of several providers the first is meant: that of the highest priority,
// then by name. The runtime owns the result, which is not freed. Null if nobody provides it; the
// reason is polyplug_last_error().
POLYPLUG_API const PolyplugContract *polyplug_contract(const PolyplugHostApi *host,
                                                       const char *name);

// As polyplug_contract(), of one bundle. [thread-safe]
//
// `bundle` is the bundle's name, and stays the caller's.
POLYPLUG_API const PolyplugContract *polyplug_contract_of_bundle(const PolyplugHostApi *host,
                                                                 const char *bundle,
                                                                 const char *name);

// The contract that a handle names, for protected calls. [thread-safe]
//
// Null if the handle is null or stale. Unlike polyplug_resolve() this makes nobody a raw caller:
// native code is closed as soon as the last protected call has left it.
POLYPLUG_API const PolyplugContract *polyplug_bind(const PolyplugHostApi *host,
                                                   PolyplugGuestContractHandle handle);

// Calls a function of a contract under the runtime's protection. [thread-safe]
//
// The version that is entered is not closed before the call returns, so this is safe beside every
// reload. `function` counts from 0 in the order of the contract. `args` is null for no parameter,
// points at the value for one, and at a struct of them in order for more. `out` points at the
// result, or is null for none; after a failure it is not to be read. Both stay the caller's.
// `instance` is one that polyplug_create() made, or {NULL, 0} for the stateless default. What is
// variable in size in the result belongs to `arena`, which is this thread's; if that is null, the
// caller owns it and gives it back with host->free.
//
// The answer is 0, a code of the runtime, or from 256 on one of the plugin; the message is
// polyplug_last_error(). The function ran at most once; what it did before it failed stays done.
POLYPLUG_API uint32_t polyplug_call(const PolyplugContract *contract,
                                    PolyplugGuestContractInstance instance, uint32_t function,
                                    const void *args, void *out, PolyplugCallArena *arena);

// ---- Instances ----------------------------------------------------------------------------------

// Makes an object of a contract. [thread-safe]
//
// `args` is what the constructor expects, may be null, and is read during the call. `out`
// receives the object, or {NULL, 0} after a failure. The caller owns it and destroys it with
// polyplug_destroy(); reloads hand its state over, and an unload ends it.
POLYPLUG_API uint32_t polyplug_create(const PolyplugContract *contract, const void *args,
                                      PolyplugGuestContractInstance *out);

// Destroys an object. [thread-safe]
//
// `contract` is the one that it was made with. {NULL, 0} is nothing to destroy. One that is gone
// already answers POLYPLUG_ERROR_STALE_HANDLE.
POLYPLUG_API uint32_t polyplug_destroy(const PolyplugContract *contract,
                                       PolyplugGuestContractInstance instance);

// ---- Arenas -------------------------------------------------------------------------------------

// Makes an arena. [thread-safe]
//
// `arena` belongs to the caller and is used by one thread at a time. `region`, which may be null
// if `size` is 0, stays the caller's: `size` bytes that are filled first and must live as long as
// the arena; after that blocks come from the runtime. polyplug_arena_release() gives them back.
POLYPLUG_API uint32_t polyplug_arena_init(const PolyplugHostApi *host, PolyplugCallArena *arena,
                                          void *region, size_t size);

// Takes memory from an arena. [same-thread]
//
// It belongs to the arena and dies with the next reset or release. `align` is a power of two.
// Null on failure; the arena is then unchanged.
POLYPLUG_API void *polyplug_arena_alloc(PolyplugCallArena *arena, size_t size, size_t align);

// Makes all memory of an arena free for the next call, keeping some blocks. [same-thread]
//
// Only its creator resets it: everything taken from it becomes invalid.
POLYPLUG_API uint32_t polyplug_arena_reset(PolyplugCallArena *arena);

// Gives the blocks of an arena back. [same-thread]
//
// As polyplug_arena_reset(); the struct stays the caller's and is an empty arena. It may be
// released after its runtime was destroyed.
POLYPLUG_API uint32_t polyplug_arena_release(PolyplugCallArena *arena);

// ---- Raw calls ----------------------------------------------------------------------------------

// Finds a bundle that provides a contract. [thread-safe]
//
// `min_version` is 0 for any version, a value below 65536 for that major version or later, from
// 65536 on `major << 16 | minor` for the same major and at least this minor. The handle is a
// value: it owns nothing, stays valid through reloads, and is stale after an unload. Its `index`
// is UINT32_MAX if nobody provides the contract; the reason is polyplug_last_error().
POLYPLUG_API PolyplugGuestContractHandle polyplug_find(const PolyplugHostApi *host,
                                                       uint64_t contract_id, uint32_t min_version);

// As polyplug_find(), of one bundle. [thread-safe]
POLYPLUG_API PolyplugGuestContractHandle polyplug_find_by_bundle(const PolyplugHostApi *host,
                                                                 uint64_t bundle_id,
                                                                 uint64_t contract_id,
                                                                 uint32_t min_version);

// Finds every bundle that provides a contract: by priority, then by name. [thread-safe]
//
// Writes up to `capacity` handles to `out`, which belongs to the caller and may be null if
// `capacity` is 0. Returns how many there are, which may be more than were written.
POLYPLUG_API size_t polyplug_find_all(const PolyplugHostApi *host, uint64_t contract_id,
                                      uint32_t min_version, PolyplugGuestContractHandle *out,
                                      size_t capacity);

// The interface of the contract that a handle names, for raw calls. [thread-safe]
//
// The runtime owns it, and it stays at its address until the runtime is destroyed. After a reload
// the same interface calls the new code, after an unload every function of it answers
// POLYPLUG_ERROR_STALE_HANDLE. Functions are read anew for every call, with polyplug_fn(). From
// now on native code of this bundle is closed only after polyplug_quiescent() or its like. Null
// if the handle is null or stale.
POLYPLUG_API const PolyplugGuestContractInterface *polyplug_resolve(
    const PolyplugHostApi *host, PolyplugGuestContractHandle handle);

// Makes a call that is written as text. [thread-safe]
//
// `contract` is `demo.greeter@1`, `call` is the name of a function and its arguments in WAVE, the
// text for values of the WASM component model: `greet("Ada")`, `move({x: 1.5, y: 2.0}, [fast])`.
// Both stay the caller's. The contract must have a description: of the bundle that provides it, or
// of the host (polyplug_describe()). Bundles are asked first, then the contracts of the host.
//
// `out` receives the result as text in the same form, empty if the function has none; it belongs to
// `arena`, which is this thread's. Neither may be null. After a failure `out` is not written.
POLYPLUG_API uint32_t polyplug_call_text(const PolyplugHostApi *host, const char *contract,
                                         const char *call, PolyplugCallArena *arena,
                                         PolyplugStringView *out);

// Describes contracts that the host calls or provides. [thread-safe]
//
// `path` is a WIT file, or a folder of them with its `deps`; it stays the caller's. A bundle that
// describes one of the contracts otherwise is refused from now on.
POLYPLUG_API uint32_t polyplug_describe(const PolyplugHostApi *host, const char *path);

// As polyplug_contract(), for a caller that was built for the shape of this hash. [thread-safe]
//
// A provider that has more functions, behind those that the caller knows, has the shape too. A
// version of the bundle that has another shape is refused from now on, so that the calls stay right.
// Null if nobody provides the contract, if it has another shape, or if nobody says what its shape is.
POLYPLUG_API const PolyplugContract *polyplug_contract_checked(const PolyplugHostApi *host,
                                                               const char *name, uint64_t shape);

// As polyplug_resolve(), for a caller that was built for the shape of this hash. [thread-safe]
//
// Null if the handle is null or stale, if the contract has another shape, or if nobody says what
// its shape is. A provider that has more functions, behind those that the caller knows, has the shape
// too. A version of the bundle that has another shape is refused from now on.
POLYPLUG_API const PolyplugGuestContractInterface *polyplug_resolve_checked(
    const PolyplugHostApi *host, PolyplugGuestContractHandle handle, uint64_t shape);

// Calls a function by its name, with values in the binary form. [thread-safe]
//
// `contract` is `demo.greeter@1`, `function` the name in the WIT. `args` are the arguments one behind
// the other, `args_len` bytes; null if there are none. All three stay the caller's. The form is packed
// and little-endian: numbers in their size, a text or a list with its length as `uint32_t` in front;
// docs/binary.md has all of it. The contract must have a description: of the bundle that provides
// it, or of the host (polyplug_describe()). Bundles are asked first, then the contracts of the host.
//
// `out` receives the address of the result in the same form and `out_len` the number of its bytes, 0 if
// the function has none; they belong to `arena`, which is this thread's. None of the three may be
// null. After a failure nothing is written.
POLYPLUG_API uint32_t polyplug_call_binary(const PolyplugHostApi *host, const char *contract,
                                           const char *function, const uint8_t *args,
                                           size_t args_len, PolyplugCallArena *arena,
                                           const uint8_t **out, size_t *out_len);

// As polyplug_call_binary(), of a contract that was found before, and by number. [thread-safe]
//
// Nothing is looked up by name, and with room in the arena nothing is allocated. `contract` is what
// polyplug_contract() or polyplug_bind() returned; `function` counts from 0 in the order of the
// contract; `instance` is one that polyplug_create() made, or {NULL, 0} for the stateless default.
// The rest is as for polyplug_call_binary().
POLYPLUG_API uint32_t polyplug_call_binary_at(const PolyplugContract *contract,
                                              PolyplugGuestContractInstance instance,
                                              uint32_t function, const uint8_t *args,
                                              size_t args_len, PolyplugCallArena *arena,
                                              const uint8_t **out, size_t *out_len);

// ---- Quiescence ---------------------------------------------------------------------------------

// Says that at this moment no thread of the process is inside a raw native call or keeps a
// function pointer that it read from an interface. [thread-safe]
//
// Whatever was replaced before may be closed. polyplug_poll() with POLYPLUG_POLL_QUIESCENT says
// the same. Once a thread was attached each speaks for itself, and the answer is
// POLYPLUG_ERROR_INVALID_ARGUMENT.
POLYPLUG_API uint32_t polyplug_quiescent(const PolyplugHostApi *host);

// This thread makes raw native calls from now on and says for itself when it is quiescent.
// [thread-safe]
//
// For programs that make raw calls on several threads: each attaches before its first one. It
// waits while a change is being committed; from inside a call, a callback or a pin the answer is
// POLYPLUG_ERROR_REENTRANT_CALL.
POLYPLUG_API uint32_t polyplug_thread_attach(const PolyplugHostApi *host);

// At this moment this thread is inside no raw native call and keeps no function pointer that it
// read from an interface. [same-thread]
//
// What was replaced is closed once every thread that was attached then has said so or has
// detached.
POLYPLUG_API uint32_t polyplug_thread_quiescent(const PolyplugHostApi *host);

// This thread makes no raw native calls any more. [same-thread]
//
// A thread that ends is detached.
POLYPLUG_API uint32_t polyplug_thread_detach(const PolyplugHostApi *host);

// ---- Host contracts -----------------------------------------------------------------------------

// Provides a contract of the program's to bundles. [thread-safe]
//
// `iface` is copied and stays the caller's; the functions, the table and the user data that it
// names have to outlive the runtime, and may be used from any thread. Refused with
// POLYPLUG_ERROR_DUPLICATE_PROVIDER if the id is taken.
POLYPLUG_API uint32_t polyplug_register_host_contract(const PolyplugHostApi *host,
                                                      const PolyplugHostContractInterface *iface);

// ---- Discoveries --------------------------------------------------------------------------------

// Looks at every bundle in the plugin and search folders, loaded or not. [thread-safe]
//
// Reads all files and runs none of them. What is wrong with single bundles is in their offers; a
// folder that is not there has no bundles. The caller owns the discovery, and it does not change;
// polyplug_discovery_free() ends it, before or after the runtime. Null if a folder cannot be read,
// and from inside of callbacks; the reason is polyplug_last_error().
POLYPLUG_API PolyplugDiscovery *polyplug_discover(const PolyplugHostApi *host);

// How many bundles were found; 0 for null. [thread-safe]
POLYPLUG_API size_t polyplug_discovery_count(const PolyplugDiscovery *discovery);

// The bundle at `index`, from 0. [thread-safe]
//
// It belongs to the discovery, with all that it points at. Null if there are not so many.
POLYPLUG_API const PolyplugBundleOffer *polyplug_discovery_at(const PolyplugDiscovery *discovery,
                                                              size_t index);

// Ends a discovery. [thread-safe]
//
// Null does nothing.
POLYPLUG_API void polyplug_discovery_free(PolyplugDiscovery *discovery);

// ---- Listings -----------------------------------------------------------------------------------

// Takes a listing. [thread-safe]
//
// The caller owns it, and it does not change; polyplug_listing_free() ends it, before or after
// the runtime. Null on failure; the reason is polyplug_last_error().
POLYPLUG_API PolyplugListing *polyplug_listing(const PolyplugHostApi *host);

// How many bundles are in a listing; 0 for null. [thread-safe]
POLYPLUG_API size_t polyplug_listing_count(const PolyplugListing *listing);

// The bundle at `index`, from 0. [thread-safe]
//
// It belongs to the listing, with all that it points at. Null if there are not so many.
POLYPLUG_API const PolyplugBundle *polyplug_listing_at(const PolyplugListing *listing,
                                                       size_t index);

// Ends a listing. [thread-safe]
//
// Null does nothing.
POLYPLUG_API void polyplug_listing_free(PolyplugListing *listing);

// ---- Events -------------------------------------------------------------------------------------

// Takes the oldest event that was not taken yet. [thread-safe]
//
// False if there is none, and `out` is then not written. The queue is bounded: when it is full
// the oldest events are dropped, and one of the kind POLYPLUG_EVENT_EVENTS_LOST says how many.
// The texts of the event belong to the runtime and live until this function is called for the
// same runtime again, or it is destroyed; so one thread takes the events.
POLYPLUG_API bool polyplug_next_event(const PolyplugHostApi *host, PolyplugEvent *out);

// ---- Log records --------------------------------------------------------------------------------

// Writes a log record to where the runtime's own records go. [thread-safe]
//
// An unknown `level` counts as POLYPLUG_LOG_ERROR. `scope` says who speaks. Both texts stay the
// caller's; null counts as empty.
POLYPLUG_API void polyplug_log(const PolyplugHostApi *host, uint32_t level, const char *scope,
                               const char *message);

// ---- What needs no library ----------------------------------------------------------------------

// A view of a text that ends with a NUL; null is the absent text. [thread-safe]
//
// The view shares the bytes of `text`, which stays the caller's.
static inline PolyplugStringView polyplug_string_view(const char *text) {
    PolyplugStringView view;
    view.ptr = (const uint8_t *)text;
    view.len = 0;
    while (text != NULL && text[view.len] != 0) {
        view.len++;
    }
    return view;
}

// `hash` carried on over `text` by FNV-1a; the ids are made with it. [thread-safe]
static inline uint64_t polyplug_fnv1a(uint64_t hash, const char *text) {
    while (text != NULL && *text != 0) {
        hash = (hash ^ (uint64_t)(uint8_t)*text++) * UINT64_C(0x100000001b3);
    }
    return hash;
}

// `hash` carried on over `number` in decimal digits. [thread-safe]
static inline uint64_t polyplug_fnv1a_number(uint64_t hash, uint32_t number) {
    char digits[11];
    int at = 10;
    digits[at] = 0;
    do {
        digits[--at] = (char)('0' + (int)(number % 10u));
        number /= 10u;
    } while (number != 0);
    return polyplug_fnv1a(hash, &digits[at]);
}

// The id of the contract `name`@`major` of a bundle. [thread-safe]
//
// `name` comes without its version: polyplug_guest_contract_id("demo.add", 1).
static inline uint64_t polyplug_guest_contract_id(const char *name, uint32_t major) {
    uint64_t hash = polyplug_fnv1a(UINT64_C(0xcbf29ce484222325), "guest_contract:");
    return polyplug_fnv1a_number(polyplug_fnv1a(polyplug_fnv1a(hash, name), "@"), major);
}

// The id of the contract `name`@`major` of the host. [thread-safe]
static inline uint64_t polyplug_host_contract_id(const char *name, uint32_t major) {
    uint64_t hash = polyplug_fnv1a(UINT64_C(0xcbf29ce484222325), "host_contract:");
    return polyplug_fnv1a_number(polyplug_fnv1a(polyplug_fnv1a(hash, name), "@"), major);
}

// The id of the bundle `name`. [thread-safe]
static inline uint64_t polyplug_bundle_id(const char *name) {
    return polyplug_fnv1a(UINT64_C(0xcbf29ce484222325), name);
}

// The configuration of a runtime that was given none, to be changed from there. [thread-safe]
static inline PolyplugRuntimeConfig polyplug_runtime_config(void) {
    static PolyplugRuntimeConfig zero;
    PolyplugRuntimeConfig config = zero;
    config.log_max_level = POLYPLUG_LOG_WARN;
    config.trusted_keys.align = 1;
    return config;
}

// The options of a runtime that was given none, to be changed from there. [thread-safe]
static inline PolyplugRuntimeOptions polyplug_runtime_options(void) {
    static PolyplugRuntimeOptions zero;
    PolyplugRuntimeOptions options = zero;
    options.struct_size = (uint32_t)sizeof(PolyplugRuntimeOptions);
    options.config = polyplug_runtime_config();
    return options;
}

// The function with the id `function` of a native guest contract, or null if the contract has no
// function of this id. [thread-safe]
//
// `iface` is not null, is one that the runtime handed out, and has the dispatch type native. A
// reload replaces entries in place: ask anew for every call. The function does not protect the
// call: its code stays loaded until the host says that it is quiescent.
static inline PolyplugNativeFunction polyplug_fn(const PolyplugGuestContractInterface *iface,
                                                 uint32_t function) {
    const PolyplugNativeDispatch *native = &iface->dispatch.native;
#if defined(__GNUC__) || defined(__clang__)
    // The count is read first: a table is published before the count that it makes room for.
    if (function >= __atomic_load_n(&native->function_count, __ATOMIC_ACQUIRE)) {
        return NULL;
    }
    const void *table = __atomic_load_n(&native->functions, __ATOMIC_ACQUIRE);
    return __atomic_load_n(&((const PolyplugNativeFunction *)table)[function], __ATOMIC_ACQUIRE);
#else
    // Aligned words are loaded whole and in order on the machines these compilers aim at.
    if (function >= *(const volatile uint32_t *)&native->function_count) {
        return NULL;
    }
    const void *table = *(const void *const *const volatile *)&native->functions;
    return ((const volatile PolyplugNativeFunction *)table)[function];
#endif
}

#ifdef __cplusplus
} // extern "C"
#endif

#endif // POLYPLUG_H
