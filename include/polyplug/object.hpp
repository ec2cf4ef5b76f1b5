// Objects of a contract: in memory of the host, so that a new version of the plugin can take them
// over where they are.

#ifndef POLYPLUG_OBJECT_HPP
#define POLYPLUG_OBJECT_HPP

#include <polyplug/border.hpp>
#include <polyplug/polyplug.h>
#include <polyplug/thunk.hpp>

#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>
#include <utility>

namespace polyplug {

namespace detail POLYPLUG_HIDDEN {

template <typename T, typename = void> struct has_create : std::false_type {};
template <typename T> struct has_create<T, std::void_t<decltype(&T::create)>> : std::true_type {};

template <typename T, typename = void> struct has_state_version : std::false_type {};
template <typename T>
struct has_state_version<T, std::void_t<decltype(T::state_version)>> : std::true_type {};

// The oldest version of the state that the class can make its own.
template <typename T, typename = void> struct has_oldest_state : std::false_type {};
template <typename T>
struct has_oldest_state<T, std::void_t<decltype(T::oldest_state_version)>> : std::true_type {};

template <typename T, typename = void> struct has_capacity : std::false_type {};
template <typename T>
struct has_capacity<T, std::void_t<decltype(T::state_capacity)>> : std::true_type {};

// Stands before each object. The version that frees an object is not always the one that made it.
struct ObjectHead {
    // Tells objects of this header from those of a plugin that was written in another way.
    static constexpr std::uint32_t our_mark = 0x706f6c79;

    std::uint32_t mark;
    std::uint32_t alignment;
    // The room for the object.
    std::size_t capacity;

    static std::size_t distance(std::size_t alignment) noexcept {
        return align_up(sizeof(ObjectHead), alignment);
    }
    static ObjectHead *of(void *object) noexcept { return static_cast<ObjectHead *>(object) - 1; }
};

template <typename T> constexpr std::size_t capacity_for() noexcept {
    if constexpr (has_capacity<T>::value) {
        static_assert(T::state_capacity >= sizeof(T), "the state has outgrown its capacity");
        return T::state_capacity;
    } else {
        return sizeof(T);
    }
}

inline void *allocate_object(const PolyplugHostApi *host, std::size_t capacity,
                             std::size_t alignment) noexcept {
    const std::size_t distance = ObjectHead::distance(alignment);
    std::uint8_t *const block = host->alloc(host, distance + capacity, alignment);
    if (block == nullptr) {
        return nullptr;
    }
    void *const object = block + distance;
    new (ObjectHead::of(object))
        ObjectHead{ObjectHead::our_mark, static_cast<std::uint32_t>(alignment), capacity};
    return object;
}

inline void free_object(const PolyplugHostApi *host, void *object) noexcept {
    const ObjectHead head = *ObjectHead::of(object);
    const std::size_t distance = ObjectHead::distance(head.alignment);
    host->free(host, static_cast<std::uint8_t *>(object) - distance, distance + head.capacity,
               head.alignment);
}

// Memory that goes back if no object comes to live in it.
class ObjectMemory {
  public:
    ObjectMemory(const PolyplugHostApi *host, std::size_t capacity, std::size_t alignment) noexcept
        : host_(host), memory_(allocate_object(host, capacity, alignment)) {}
    ~ObjectMemory() {
        if (memory_ != nullptr) {
            free_object(host_, memory_);
        }
    }
    ObjectMemory(const ObjectMemory &) = delete;
    ObjectMemory &operator=(const ObjectMemory &) = delete;

    void *get() const noexcept { return memory_; }
    void *release() noexcept { return std::exchange(memory_, nullptr); }

  private:
    const PolyplugHostApi *host_;
    void *memory_;
};

template <typename T> void construct(void *memory, const void *args, PolyplugAbiError *out_err) {
    if constexpr (has_create<T>::value) {
        using S = SignatureOf<decltype(&T::create)>;
        if constexpr (S::has_parameters) {
            if (args == nullptr) {
                return lack_arguments(out_err);
            }
        }
        if constexpr (IsResult<typename S::Result>::value) {
            auto made = S::apply(&T::create, args, typename S::Indices());
            if (made) {
                new (memory) T(std::move(*made));
            } else {
                *out_err = failure(made.error());
            }
        } else {
            static_assert(std::is_same_v<typename S::Result, T>, "create makes an object");
            new (memory) T(S::apply(&T::create, args, typename S::Indices()));
        }
    } else {
        static_assert(std::is_default_constructible_v<T>,
                      "the class needs a default constructor or a static function `create`");
        static_cast<void>(args), static_cast<void>(out_err); // of a constructor that takes nothing
        new (memory) T();
    }
}

template <typename T>
void create(PolyplugVmLoaderData, const PolyplugHostApi *, const void *args,
            PolyplugGuestContractInstance *out) noexcept {
    *out = PolyplugGuestContractInstance{nullptr, 0};
    PolyplugAbiError error{POLYPLUG_ERROR_OK, {nullptr, 0}};
    if constexpr (std::is_same_v<T, NoObject>) {
        static_cast<void>(args);
        error = failure(POLYPLUG_ERROR_FUNCTION_NOT_AVAILABLE, "the contract has no objects");
    } else {
        constexpr std::size_t alignment =
            alignof(T) > alignof(ObjectHead) ? alignof(T) : alignof(ObjectHead);
        guard(&error, [&] {
            ObjectMemory memory(plugin_host, capacity_for<T>(), alignment);
            if (memory.get() == nullptr) {
                error = failure(POLYPLUG_ERROR_MEMORY_LIMIT, "there is no memory for the object");
                return;
            }
            construct<T>(memory.get(), args, &error);
            if (error.code == POLYPLUG_ERROR_OK) {
                out->data = memory.release();
            }
        });
    }
    if (error.code != POLYPLUG_ERROR_OK) {
        plugin_host->reserved->set_last_error(plugin_host, error.code, error.message);
    }
}

template <typename T>
void destroy(PolyplugVmLoaderData, const PolyplugHostApi *,
             PolyplugGuestContractInstance instance) noexcept {
    if (instance.data != nullptr) {
        static_cast<T *>(instance.data)->~T();
        free_object(plugin_host, instance.data);
    }
}

template <typename T> constexpr std::uint32_t oldest_state() noexcept {
    if constexpr (has_oldest_state<T>::value) {
        return T::oldest_state_version;
    } else {
        return T::state_version;
    }
}

// Whether the class can take over an object as it is: reads only.
template <typename T>
void check_object(void *object, std::uint32_t from, PolyplugAbiError *out_err) {
    static_assert(T::state_version > 0, "state versions begin with 1");
    static_assert(!std::is_polymorphic_v<T>,
                  "an object with virtual functions points into the library that made it");
    if (from < oldest_state<T>() || from > T::state_version) {
        *out_err = failure(POLYPLUG_ERROR_VERSION_MISMATCH,
                           "the objects' state has a version that the new class does not take "
                           "over: see its oldest_state_version");
        return;
    }
    const ObjectHead &head = *ObjectHead::of(object);
    if (head.mark != ObjectHead::our_mark) {
        *out_err = failure(POLYPLUG_ERROR_INSTANCES_ALIVE,
                           "the objects were not made by a plugin that uses polyplug/plugin.hpp");
    } else if (head.capacity < sizeof(T) || head.alignment < alignof(T)) {
        *out_err = failure(POLYPLUG_ERROR_INSTANCES_ALIVE,
                           "the new class is larger than the objects that are alive: a "
                           "state_capacity would have kept room for it");
    }
}

template <typename T> void adopt_object(void *object, std::uint32_t from) {
    if constexpr (oldest_state<T>() < T::state_version) {
        static_assert(noexcept(T::upgrade(object, from)),
                      "nothing can be undone any more: upgrade has to be noexcept");
        if (from < T::state_version) {
            T::upgrade(object, from);
        }
    }
    static_cast<void>(object), static_cast<void>(from);
}

} // namespace detail
} // namespace polyplug

#endif // POLYPLUG_OBJECT_HPP
