// Versions, names and ids. All of it works at compile time.

#ifndef POLYPLUG_NAMES_HPP
#define POLYPLUG_NAMES_HPP

#include <polyplug/polyplug.h>

#include <cstdint>
#include <string_view>

namespace polyplug {

// A semantic version without its labels.
struct Version {
    std::uint32_t major = 0;
    std::uint32_t minor = 0;
    std::uint32_t patch = 0;

    constexpr Version() noexcept = default;
    constexpr Version(std::uint32_t major_number, std::uint32_t minor_number = 0,
                      std::uint32_t patch_number = 0) noexcept
        : major(major_number), minor(minor_number), patch(patch_number) {}
    constexpr Version(PolyplugVersion version) noexcept
        : Version(version.major, version.minor, version.patch) {}
    constexpr operator PolyplugVersion() const noexcept {
        return PolyplugVersion{major, minor, patch};
    }

    // What `find` and a dependency take as the lowest version that will do: this major version, at
    // least this minor one.
    constexpr std::uint32_t at_least() const noexcept { return major << 16 | minor; }
};

constexpr bool operator==(const Version &a, const Version &b) noexcept {
    return a.major == b.major && a.minor == b.minor && a.patch == b.patch;
}
constexpr bool operator!=(const Version &a, const Version &b) noexcept { return !(a == b); }
constexpr bool operator<(const Version &a, const Version &b) noexcept {
    return a.major != b.major   ? a.major < b.major
           : a.minor != b.minor ? a.minor < b.minor
                                : a.patch < b.patch;
}

// Ids are the 64-bit FNV-1a of a text; see the id functions below.
class IdHash {
  public:
    constexpr IdHash &text(std::string_view text) noexcept {
        for (const char character : text) {
            byte(character);
        }
        return *this;
    }

    constexpr IdHash &number(std::uint32_t number) noexcept {
        if (number >= 10) {
            this->number(number / 10);
        }
        byte(static_cast<char>('0' + number % 10));
        return *this;
    }

    constexpr std::uint64_t value() const noexcept { return hash_; }

  private:
    constexpr void byte(char character) noexcept {
        hash_ ^= static_cast<unsigned char>(character);
        hash_ *= 0x100000001b3U;
    }

    std::uint64_t hash_ = 0xcbf29ce484222325U;
};

constexpr std::uint64_t guest_contract_id(std::string_view name, std::uint32_t major) noexcept {
    return IdHash().text("guest_contract:").text(name).text("@").number(major).value();
}

constexpr std::uint64_t host_contract_id(std::string_view name, std::uint32_t major) noexcept {
    return IdHash().text("host_contract:").text(name).text("@").number(major).value();
}

constexpr std::uint64_t bundle_id(std::string_view name) noexcept {
    return IdHash().text(name).value();
}

// A contract with its version, read from `name@major[.minor[.patch]]`.
class ContractName {
  public:
    constexpr explicit ContractName(std::string_view text) noexcept {
        const auto at = text.rfind('@');
        if (at == std::string_view::npos || at == 0) {
            return;
        }
        std::uint32_t numbers[3] = {0, 0, 0};
        std::size_t count = 0;
        bool digit = false;
        for (const char character : text.substr(at + 1)) {
            if (character == '.' && digit && count < 2) {
                ++count;
                digit = false;
                continue;
            }
            const auto value = static_cast<std::uint32_t>(character - '0');
            if (character < '0' || character > '9' || numbers[count] > (UINT32_MAX - value) / 10) {
                return;
            }
            numbers[count] = numbers[count] * 10 + value;
            digit = true;
        }
        if (digit) {
            name_ = text.substr(0, at);
            version_ = Version(numbers[0], numbers[1], numbers[2]);
        }
    }

    // Whether the text was one; otherwise the name is empty.
    constexpr bool valid() const noexcept { return !name_.empty(); }
    constexpr std::string_view name() const noexcept { return name_; }
    constexpr Version version() const noexcept { return version_; }
    constexpr std::uint64_t guest_id() const noexcept {
        return guest_contract_id(name_, version_.major);
    }
    constexpr std::uint64_t host_id() const noexcept {
        return host_contract_id(name_, version_.major);
    }

  private:
    std::string_view name_;
    Version version_;
};

static_assert(guest_contract_id("test.add", 1) == 0x40244DF59FCBECB6U, "as every other language");
static_assert(host_contract_id("host.logger", 1) == 0xF53EB5F2845853BBU, "as every other language");
static_assert(bundle_id("my-bundle") == 0xFE6226876E3A35B2U, "as every other language");

} // namespace polyplug

#endif // POLYPLUG_NAMES_HPP
