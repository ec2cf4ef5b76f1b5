// What is loaded, and what failed to: a snapshot.

#ifndef POLYPLUG_LISTING_HPP
#define POLYPLUG_LISTING_HPP

#include <polyplug/names.hpp>
#include <polyplug/polyplug.h>
#include <polyplug/row.hpp>
#include <polyplug/snapshot.hpp>
#include <polyplug/text.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace polyplug {

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

namespace detail {

struct Listings {
    using Object = PolyplugListing;
    using Item = BundleInfo;

    static std::size_t count(const Object *object) noexcept {
        return polyplug_listing_count(object);
    }
    static const PolyplugBundle *at(const Object *object, std::size_t index) noexcept {
        return polyplug_listing_at(object, index);
    }
    static void free(Object *object) noexcept { polyplug_listing_free(object); }
};

} // namespace detail

// All bundles at one moment: `for (const polyplug::BundleInfo bundle : runtime.listing())`.
class Listing : public Snapshot<detail::Listings> {
  public:
    using Snapshot::Snapshot;
};

} // namespace polyplug

#endif // POLYPLUG_LISTING_HPP
