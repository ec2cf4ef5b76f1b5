// Text at the border: std::string_view here, PolyplugStringView there.

#ifndef POLYPLUG_TEXT_HPP
#define POLYPLUG_TEXT_HPP

#include <polyplug/polyplug.h>

#include <string_view>

namespace polyplug {

// The text as C++ sees it; it lives as long as the view's. An absent text has a null data().
inline std::string_view text_of(PolyplugStringView view) noexcept {
    return std::string_view(reinterpret_cast<const char *>(view.ptr), view.len);
}

// The text as C sees it; it lives as long as the given one. A null data() is an absent text.
inline PolyplugStringView view_of(std::string_view text) noexcept {
    return PolyplugStringView{reinterpret_cast<const std::uint8_t *>(text.data()), text.size()};
}

} // namespace polyplug

#endif // POLYPLUG_TEXT_HPP
