// What is loaded, and what failed to: a snapshot.

#ifndef POLYPLUG_LISTING_HPP
#define POLYPLUG_LISTING_HPP

#include <polyplug/names.hpp>
#include <polyplug/polyplug.h>
#include <polyplug/text.hpp>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>
#include <utility>

namespace polyplug {

// A row of values of the library's, as long as the listing that they are in.
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

// A bundle in a listing, which has to stay as long as this and its texts are used.
class BundleInfo {
  public:
    explicit BundleInfo(const PolyplugBundle *info) noexcept : info_(info) {}

    bool loaded() const noexcept { return info_->state == POLYPLUG_BUNDLE_LOADED; }
    std::uint64_t id() const noexcept { return info_->id; }
    // Its name, or that of its folder if the manifest cannot be read.
    std::string_view name() const noexcept { return text_of(info_->name); }
    // Its folder, or the label that it was loaded under.
    std::string_view path() const noexcept { return text_of(info_->path); }
    // Empty if the bundle failed.
    std::string_view loader() const noexcept { return text_of(info_->loader); }
    Version version() const noexcept { return info_->version; }
    // How often it was loaded, reloads included.
    std::uint32_t load_number() const noexcept { return info_->load_number; }
    // How many instances are alive.
    std::size_t instances() const noexcept { return info_->instances; }
    // The last failure, if nothing has succeeded since.
    std::string_view last_error() const noexcept { return text_of(info_->last_error); }
    Row<PolyplugContractInfo> contracts() const noexcept {
        return {info_->contracts, info_->contract_count};
    }
    Row<PolyplugStringView> dependencies() const noexcept {
        return {info_->dependencies, info_->dependency_count};
    }
    // The digest of its files, 64 hexadecimal digits; empty if it failed.
    std::string_view digest() const noexcept { return text_of(info_->digest); }
    // The key that signed it, as `ed25519:` and 64 hexadecimal digits, and what it is called; empty
    // if that was not checked or no signature holds.
    std::string_view signer() const noexcept { return text_of(info_->signer); }
    std::string_view signer_id() const noexcept { return text_of(info_->signer_id); }

    const PolyplugBundle *get() const noexcept { return info_; }

  private:
    const PolyplugBundle *info_;
};

// All bundles at one moment: `for (const polyplug::BundleInfo bundle : runtime.listing())`.
class Listing {
  public:
    class Iterator {
      public:
        using iterator_category = std::input_iterator_tag;
        using value_type = BundleInfo;
        using difference_type = std::ptrdiff_t;
        using pointer = void;
        using reference = BundleInfo;

        Iterator(const PolyplugListing *listing, std::size_t index) noexcept
            : listing_(listing), index_(index) {}

        BundleInfo operator*() const noexcept {
            return BundleInfo(polyplug_listing_at(listing_, index_));
        }
        Iterator &operator++() noexcept {
            ++index_;
            return *this;
        }
        Iterator operator++(int) noexcept { return Iterator(listing_, index_++); }
        bool operator==(const Iterator &other) const noexcept { return index_ == other.index_; }
        bool operator!=(const Iterator &other) const noexcept { return index_ != other.index_; }

      private:
        const PolyplugListing *listing_;
        std::size_t index_;
    };

    // Takes the listing over.
    explicit Listing(PolyplugListing *listing) noexcept : listing_(listing) {}
    Listing(Listing &&other) noexcept : listing_(std::exchange(other.listing_, nullptr)) {}
    Listing &operator=(Listing &&other) noexcept {
        Listing taken(std::move(other));
        std::swap(listing_, taken.listing_);
        return *this;
    }
    ~Listing() {
        if (listing_ != nullptr) {
            polyplug_listing_free(listing_);
        }
    }

    std::size_t size() const noexcept { return polyplug_listing_count(listing_); }
    BundleInfo operator[](std::size_t index) const noexcept { return *Iterator(listing_, index); }
    Iterator begin() const noexcept { return Iterator(listing_, 0); }
    Iterator end() const noexcept { return Iterator(listing_, size()); }

  private:
    PolyplugListing *listing_;
};

} // namespace polyplug

#endif // POLYPLUG_LISTING_HPP
