// Values of the library's that lie in a row.

#ifndef POLYPLUG_ROW_HPP
#define POLYPLUG_ROW_HPP

#include <cstddef>

namespace polyplug {

// A row of values of the library's, as long as what they are in.
template <typename T> class Row {
  public:
    Row(const T *first, std::size_t count) noexcept : first_(first), count_(count) {}

    const T *begin() const noexcept { return first_; }
    const T *end() const noexcept { return first_ + count_; }
    std::size_t size() const noexcept { return count_; }
    bool empty() const noexcept { return count_ == 0; }

  private:
    const T *first_;
    std::size_t count_;
};

} // namespace polyplug

#endif // POLYPLUG_ROW_HPP
