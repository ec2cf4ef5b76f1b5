// What lies in the folders of a runtime, and what would become of it: a snapshot.

#ifndef POLYPLUG_DISCOVERY_HPP
#define POLYPLUG_DISCOVERY_HPP

#include <polyplug/offer.hpp>
#include <polyplug/polyplug.h>
#include <polyplug/snapshot.hpp>

#include <cstddef>

namespace polyplug {

namespace detail {

struct Discoveries {
    using Object = PolyplugDiscovery;
    using Item = BundleOffer;

    static std::size_t count(const Object *object) noexcept {
        return polyplug_discovery_count(object);
    }
    static const PolyplugBundleOffer *at(const Object *object, std::size_t index) noexcept {
        return polyplug_discovery_at(object, index);
    }
    static void free(Object *object) noexcept { polyplug_discovery_free(object); }
};

} // namespace detail

// All bundles in the plugin and search folders at one moment, loaded or not, in the order of the
// folders and sorted in each: `for (const polyplug::BundleOffer offer : discovery)`.
class Discovery : public Snapshot<detail::Discoveries> {
  public:
    using Snapshot::Snapshot;
};

} // namespace polyplug

#endif // POLYPLUG_DISCOVERY_HPP
