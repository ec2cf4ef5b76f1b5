// Arguments and results in the layout that a contract asks for: none is a null pointer, one is a
// pointer to the value, more are a pointer to a C struct of them in order. Nothing is allocated.

#ifndef POLYPLUG_ARGUMENTS_HPP
#define POLYPLUG_ARGUMENTS_HPP

#include <polyplug/platform.hpp>
#include <polyplug/text.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace polyplug {
namespace detail POLYPLUG_HIDDEN {

template <typename T> constexpr bool is_text = std::is_convertible_v<const T &, std::string_view>;

// How a C++ type crosses: text as a view, a truth value as a byte, plain data as it is.
template <typename T, typename = void> struct Wire {
    static_assert(std::is_trivially_copyable_v<T> && std::is_standard_layout_v<T>,
                  "only plain data, text and truth values cross between host and plugin");
    using Type = T;
    static const Type &pack(const T &value) noexcept { return value; }
    static T unpack(const Type &value) noexcept { return value; }
};

template <> struct Wire<bool> {
    using Type = std::uint8_t;
    static Type pack(bool value) noexcept { return value ? 1 : 0; }
    static bool unpack(Type value) noexcept { return value != 0; }
};

template <typename T> struct Wire<T, std::enable_if_t<is_text<T>>> {
    using Type = PolyplugStringView;
    static Type pack(std::string_view value) noexcept { return view_of(value); }
    static T unpack(Type value) {
        static_assert(!std::is_pointer_v<T>, "text ends without a NUL: take a std::string_view");
        return T(text_of(value));
    }
};

template <typename T> using WireOf = Wire<std::decay_t<T>>;
template <typename T> using WireType = typename WireOf<T>::Type;

constexpr std::size_t align_up(std::size_t offset, std::size_t alignment) noexcept {
    return (offset + alignment - 1) / alignment * alignment;
}

// Where a C struct has these fields.
template <typename... Fields> struct Layout {
    // The offset of the field `index`; of the number of fields, where the last one ends.
    static constexpr std::size_t offset(std::size_t index) noexcept {
        constexpr std::size_t sizes[] = {sizeof(Fields)..., 0};
        constexpr std::size_t alignments[] = {alignof(Fields)..., 1};
        std::size_t end = 0;
        for (std::size_t field = 0; field < index; ++field) {
            end = align_up(end, alignments[field]) + sizes[field];
        }
        return align_up(end, alignments[index]);
    }

    static constexpr std::size_t alignment() noexcept {
        std::size_t largest = 1;
        for (const std::size_t alignment : {alignof(Fields)...}) {
            largest = alignment > largest ? alignment : largest;
        }
        return largest;
    }

    // Padded as sizeof is, so that a callee may copy the struct whole.
    static constexpr std::size_t size() noexcept {
        return align_up(offset(sizeof...(Fields)), alignment());
    }
};

// Arguments on their way to a function.
template <typename... Args> class Arguments {
  public:
    explicit Arguments(const Args &...args) noexcept {
        put(std::index_sequence_for<Args...>(), args...);
    }

    const void *data() const noexcept { return bytes_; }

  private:
    using Fields = Layout<WireType<Args>...>;

    template <std::size_t... Indices>
    void put(std::index_sequence<Indices...>, const Args &...args) noexcept {
        (put_at(Fields::offset(Indices), WireOf<Args>::pack(args)), ...);
    }

    template <typename Field> void put_at(std::size_t offset, const Field &field) noexcept {
        std::memcpy(bytes_ + offset, &field, sizeof(field));
    }

    alignas(WireType<Args>...) unsigned char bytes_[Fields::size()];
};

template <> class Arguments<> {
  public:
    const void *data() const noexcept { return nullptr; }
};

// The argument `Index` of those that Arguments<Args...> packed.
template <std::size_t Index, typename... Args> auto argument(const void *data) {
    using Converter = WireOf<std::tuple_element_t<Index, std::tuple<Args...>>>;
    typename Converter::Type field;
    constexpr std::size_t offset = Layout<WireType<Args>...>::offset(Index);
    std::memcpy(&field, static_cast<const unsigned char *>(data) + offset, sizeof(field));
    return Converter::unpack(field);
}

// Room for a result. It is not cleared first: a callee that succeeds writes all of it.
template <typename R> class Output {
  public:
    void *data() noexcept { return &value_; }
    R take() const { return WireOf<R>::unpack(value_); }

  private:
    WireType<R> value_;
};

template <> class Output<void> {
  public:
    void *data() const noexcept { return nullptr; }
    void take() const noexcept {}
};

} // namespace detail
} // namespace polyplug

#endif // POLYPLUG_ARGUMENTS_HPP
