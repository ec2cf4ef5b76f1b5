// What is known of a bundle before any of its code runs.

#ifndef POLYPLUG_OFFER_HPP
#define POLYPLUG_OFFER_HPP

#include <polyplug/names.hpp>
#include <polyplug/polyplug.h>
#include <polyplug/row.hpp>
#include <polyplug/text.hpp>

#include <cstdint>
#include <string_view>

namespace polyplug {

// What would become of a bundle.
enum class Prospect : std::uint32_t {
    // It is being loaded, and the program is asked.
    Unknown = POLYPLUG_PROSPECT_UNKNOWN,
    // As far as can be known without running it, it would load.
    WouldLoad = POLYPLUG_PROSPECT_WOULD_LOAD,
    Loaded = POLYPLUG_PROSPECT_LOADED,
    // Its manifest says `enabled = false`.
    Disabled = POLYPLUG_PROSPECT_DISABLED,
    // A folder that was named before has a bundle of this name.
    Shadowed = POLYPLUG_PROSPECT_SHADOWED,
    WouldFail = POLYPLUG_PROSPECT_WOULD_FAIL,
    Other = POLYPLUG_PROSPECT_OTHER,
};

// A bundle that was found, or is about to be loaded. It and its texts live as long as the discovery
// that it is in, or until the function that it is shown to returns.
//
// All but digest and signer is what the bundle says of itself: its name is no proof of who made it.
class BundleOffer {
  public:
    explicit BundleOffer(const PolyplugBundleOffer *offer) noexcept : offer_(offer) {}

    Prospect prospect() const noexcept { return static_cast<Prospect>(offer_->prospect); }
    // Its name; its folder's where its manifest does not read.
    std::string_view name() const noexcept { return text_of(offer_->name); }
    // Its folder, or the label that it is loaded under.
    std::string_view path() const noexcept { return text_of(offer_->path); }
    // Empty where its manifest does not read.
    std::string_view loader() const noexcept { return text_of(offer_->loader); }
    // 0.0.0 if it states none.
    Version version() const noexcept { return offer_->version; }
    // What it promises to provide, such as "demo.add@1"; empty if it does not say so.
    Row<PolyplugStringView> contracts() const noexcept {
        return {offer_->contracts, offer_->contract_count};
    }
    Row<PolyplugStringView> dependencies() const noexcept {
        return {offer_->dependencies, offer_->dependency_count};
    }
    // What it asks to reach. Native and Lua bundles ask for nothing and may do what the process
    // may.
    Row<PolyplugAskedCapability> capabilities() const noexcept {
        return {offer_->capabilities, offer_->capability_count};
    }
    // The key that signed it, as `ed25519:` and 64 hexadecimal digits, and what it is called; empty
    // if no signature counts.
    std::string_view signer() const noexcept { return text_of(offer_->signer); }
    std::string_view signer_id() const noexcept { return text_of(offer_->signer_id); }
    // Why no signature counts, whether or not the policy asks for one; empty where there is a
    // signer.
    std::string_view unsigned_reason() const noexcept { return text_of(offer_->unsigned_reason); }
    // The rule by which no signature counts, such as "unsigned"; it stays the same.
    std::string_view unsigned_code() const noexcept { return text_of(offer_->unsigned_code); }
    // The digest of its files, 64 hexadecimal digits; empty if they could not be read.
    std::string_view digest() const noexcept { return text_of(offer_->digest); }
    // Why it would not load, or the folder by which it is shadowed; else empty.
    std::string_view reason() const noexcept { return text_of(offer_->reason); }
    // The POLYPLUG_ERROR_ value that its load would answer; 0 unless it would fail.
    std::uint32_t code() const noexcept { return offer_->code; }

    const PolyplugBundleOffer *get() const noexcept { return offer_; }

  private:
    const PolyplugBundleOffer *offer_;
};

} // namespace polyplug

#endif // POLYPLUG_OFFER_HPP
