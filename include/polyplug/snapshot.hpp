// What there was at one moment: an object of the library's with bundles in it.

#ifndef POLYPLUG_SNAPSHOT_HPP
#define POLYPLUG_SNAPSHOT_HPP

#include <cstddef>
#include <iterator>
#include <utility>

namespace polyplug {

// An object that is freed at the end. `Library` has its type, the type of what is in it, and the
// functions for both. It is moved only; what was moved away is empty.
template <typename Library> class Snapshot {
  public:
    using Object = typename Library::Object;
    using Item = typename Library::Item;

    class Iterator {
      public:
        using iterator_category = std::input_iterator_tag;
        using value_type = Item;
        using difference_type = std::ptrdiff_t;
        using pointer = void;
        using reference = Item;

        Iterator(const Object *object, std::size_t index) noexcept
            : object_(object), index_(index) {}

        Item operator*() const noexcept { return Item(Library::at(object_, index_)); }
        Iterator &operator++() noexcept {
            ++index_;
            return *this;
        }
        Iterator operator++(int) noexcept { return Iterator(object_, index_++); }
        bool operator==(const Iterator &other) const noexcept { return index_ == other.index_; }
        bool operator!=(const Iterator &other) const noexcept { return index_ != other.index_; }

      private:
        const Object *object_;
        std::size_t index_;
    };

    // Takes the object over.
    explicit Snapshot(Object *object) noexcept : object_(object) {}
    Snapshot(Snapshot &&other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
    Snapshot &operator=(Snapshot &&other) noexcept {
        Snapshot taken(std::move(other));
        std::swap(object_, taken.object_);
        return *this;
    }
    ~Snapshot() {
        if (object_ != nullptr) {
            Library::free(object_);
        }
    }

    std::size_t size() const noexcept { return Library::count(object_); }
    Item operator[](std::size_t index) const noexcept { return *Iterator(object_, index); }
    Iterator begin() const noexcept { return Iterator(object_, 0); }
    Iterator end() const noexcept { return Iterator(object_, size()); }

  private:
    Object *object_;
};

} // namespace polyplug

#endif // POLYPLUG_SNAPSHOT_HPP
