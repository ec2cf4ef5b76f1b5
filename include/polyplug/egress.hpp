// The program's own word on the requests that bundles send.

#ifndef POLYPLUG_EGRESS_HPP
#define POLYPLUG_EGRESS_HPP

#include <polyplug/polyplug.h>
#include <polyplug/row.hpp>
#include <polyplug/text.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace polyplug {

// A request that a bundle wants to send. It and its texts live until the function that it is shown
// to returns.
class EgressRequest {
  public:
    explicit EgressRequest(const PolyplugEgressRequest *request) noexcept : request_(request) {}

    // The bundle's name, which is no proof of who made it.
    std::string_view bundle() const noexcept { return text_of(request_->bundle); }
    // Such as "GET"; its case counts.
    std::string_view method() const noexcept { return text_of(request_->method); }
    // "http" or "https".
    std::string_view scheme() const noexcept { return text_of(request_->scheme); }
    // In small letters: a name, or an address, one of version 6 in brackets. It is not yet resolved.
    std::string_view host() const noexcept { return text_of(request_->host); }
    // 80 or 443 where the bundle named none.
    std::uint16_t port() const noexcept { return static_cast<std::uint16_t>(request_->port); }
    // The path, and what follows a `?`.
    std::string_view path() const noexcept { return text_of(request_->path); }
    // What the bundle set, with names in small letters. The body is not written yet.
    Row<PolyplugHttpHeader> headers() const noexcept {
        return {request_->headers, request_->header_count};
    }

    const PolyplugEgressRequest *get() const noexcept { return request_; }

  private:
    const PolyplugEgressRequest *request_;
};

// What the function of Options::egress answers.
class [[nodiscard]] Egress {
  public:
    // The request is sent, if the address is a public one.
    static Egress send() { return Egress(POLYPLUG_EGRESS_SEND, {}); }
    // It is not sent, and the bundle is told that it was denied; the reason (UTF-8) is for the log.
    // Without one there is no record.
    static Egress refuse(std::string reason = {}) {
        return Egress(POLYPLUG_EGRESS_REFUSE, std::move(reason));
    }

    // Adds a header in the place of the bundle's own of this name; the bundle never sees it. One
    // that is no header refuses the request.
    Egress &&header(std::string name, std::string value) && {
        headers_.emplace_back(std::move(name), std::move(value));
        return std::move(*this);
    }

    bool sends() const noexcept { return answer_ == POLYPLUG_EGRESS_SEND; }
    const std::string &reason() const noexcept { return reason_; }
    const std::vector<std::pair<std::string, std::string>> &headers() const noexcept {
        return headers_;
    }

  private:
    Egress(std::uint32_t answer, std::string reason)
        : reason_(std::move(reason)), answer_(answer) {}

    std::vector<std::pair<std::string, std::string>> headers_;
    std::string reason_;
    std::uint32_t answer_;
};

namespace detail {

// What was answered, until the library has copied it.
struct EgressSaid {
    explicit EgressSaid(Egress answer) : egress(std::move(answer)) {
        headers.reserve(egress.headers().size());
        for (const auto &header : egress.headers()) {
            headers.push_back({view_of(header.first), view_of(header.second)});
        }
    }

    static void release(void *said) noexcept { delete static_cast<EgressSaid *>(said); }

    Egress egress;
    std::vector<PolyplugHttpHeader> headers;
};

} // namespace detail
} // namespace polyplug

#endif // POLYPLUG_EGRESS_HPP
