#include "resolver/dns/trust_anchors.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <optional>
#include <span>
#include <utility>

namespace liqo::dns {
namespace {

// RFC 4034 section 2.1, RFC 5011 section 3.
constexpr unsigned kZoneKey = 0x0100;
constexpr unsigned kRevoked = 0x0080;
constexpr unsigned kProtocol = 3;

/// RSASHA256, RSASHA512, ECDSAP256SHA256, ECDSAP384SHA384, ED25519 (RFC 8624 section 3.1). Not
/// ED448, which libunbound lacks over nettle, nor SHA-1, which a policy of the system may forbid.
constexpr std::array<unsigned, 5> kAlgorithms = {8, 10, 13, 14, 15};

struct Digest {
  unsigned number;
  std::size_t octets;
};
/// SHA-256, SHA-384 (RFC 8624 section 3.3).
constexpr std::array<Digest, 2> kDigests = {Digest{2, 32}, Digest{4, 48}};

bool is_blank(char octet) { return octet == ' ' || octet == '\t' || octet == '\r'; }

/// One record's fields, and the line on which it begins.
struct Entry {
  std::vector<std::string_view> fields;
  std::size_t line = 0;
  bool indented = false;
};

/// Takes a zone file apart: comments end with the line, parentheses join lines.
class Entries {
 public:
  explicit Entries(std::string_view text) : text_(text) {}

  /// Nothing at the end of the text.
  std::optional<Entry> next() {
    Entry entry;
    while (at_ < text_.size()) {
      const char octet = text_[at_];
      if (octet == '\n') {
        ++at_;
        ++line_;
        if (depth_ == 0 && !entry.fields.empty()) return entry;
        if (depth_ == 0) entry.indented = false;
      } else if (octet == '(' || octet == ')') {
        ++at_;
        depth_ = octet == '(' ? depth_ + 1 : std::max(depth_ - 1, 0);
      } else if (octet == ';') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (is_blank(octet)) {
        ++at_;
        if (entry.fields.empty()) entry.indented = true;
      } else {
        if (entry.fields.empty()) entry.line = line_;
        entry.fields.push_back(field());
      }
    }
    if (entry.fields.empty()) return std::nullopt;
    return entry;
  }

 private:
  std::string_view field() {
    const std::size_t begin = at_;
    at_ = std::min(text_.find_first_of(" \t\r\n;()", at_), text_.size());
    return text_.substr(begin, at_ - begin);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  int depth_ = 0;
};

std::optional<unsigned> number(std::string_view text, unsigned most) {
  unsigned value = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (read.ec != std::errc() || read.ptr != end || value > most) return std::nullopt;
  return value;
}

bool same_word(std::string_view text, std::string_view word) {
  return fold_case(text) == fold_case(word);
}

/// The rest of a record, which may be broken into pieces.
std::string join(std::span<const std::string_view> fields) {
  std::string joined;
  for (const std::string_view field : fields) joined += field;
  return joined;
}

bool is_base64(std::string_view text) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const std::size_t padding = text.size() - std::min(text.find('='), text.size());
  const std::string_view digits = text.substr(0, text.size() - padding);
  return !digits.empty() && text.size() % 4 == 0 && padding <= 2 &&
         digits.find_first_not_of(kAlphabet) == std::string_view::npos &&
         text.substr(digits.size()).find_first_not_of('=') == std::string_view::npos;
}

bool is_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

bool is_usable_algorithm(unsigned algorithm) {
  return std::find(kAlgorithms.begin(), kAlgorithms.end(), algorithm) != kAlgorithms.end();
}

/// What a record's data are worth: an anchor's, of an algorithm that is not used, or malformed.
enum class Worth { kUsable, kUnusable, kMalformed };

Worth judge_dnskey(std::span<const std::string_view> rdata) {
  if (rdata.size() < 4) return Worth::kMalformed;
  const auto flags = number(rdata[0], 0xFFFF);
  const auto protocol = number(rdata[1], 0xFF);
  const auto algorithm = number(rdata[2], 0xFF);
  if (!flags || protocol != kProtocol || !algorithm) return Worth::kMalformed;
  if (!is_base64(join(rdata.subspan(3)))) return Worth::kMalformed;
  const bool signs = (*flags & kZoneKey) != 0 && (*flags & kRevoked) == 0;
  return signs && is_usable_algorithm(*algorithm) ? Worth::kUsable : Worth::kUnusable;
}

Worth judge_ds(std::span<const std::string_view> rdata) {
  if (rdata.size() < 4) return Worth::kMalformed;
  const auto tag = number(rdata[0], 0xFFFF);
  const auto algorithm = number(rdata[1], 0xFF);
  const auto type = number(rdata[2], 0xFF);
  const std::string digest = join(rdata.subspan(3));
  if (!tag || !algorithm || !type || !is_hex(digest)) return Worth::kMalformed;
  const auto known = std::find_if(kDigests.begin(), kDigests.end(),
                                  [&](const Digest& one) { return one.number == *type; });
  if (known == kDigests.end()) return Worth::kUnusable;
  if (digest.size() != 2 * known->octets) return Worth::kMalformed;
  return is_usable_algorithm(*algorithm) ? Worth::kUsable : Worth::kUnusable;
}

/// "DS" or "DNSKEY" and what follows; nothing in any other record.
std::span<const std::string_view> from_type(const Entry& entry) {
  std::span<const std::string_view> fields = entry.fields;
  fields = fields.subspan(1);
  while (!fields.empty() && (same_word(fields[0], "IN") || number(fields[0], 0x7FFFFFFF))) {
    fields = fields.subspan(1);  // the class and the TTL, in either order
  }
  const bool wanted =
      !fields.empty() && (same_word(fields[0], "DS") || same_word(fields[0], "DNSKEY"));
  return wanted ? fields : std::span<const std::string_view>();
}

std::string compose(const DomainName& zone, std::span<const std::string_view> fields) {
  std::string record = zone.to_string();
  if (!zone.is_root()) record += '.';
  record += same_word(fields.front(), "DS") ? " IN DS " : " IN DNSKEY ";
  for (const std::string_view field : fields.subspan(1, 3)) record.append(field) += ' ';
  return record + join(fields.subspan(4));
}

}  // namespace

Result<std::vector<TrustAnchor>> parse_trust_anchors(std::string_view text) {
  std::vector<TrustAnchor> anchors;
  bool skipped = false;
  Entries entries(text);
  while (const auto entry = entries.next()) {
    const auto fields = from_type(*entry);
    if (fields.empty()) continue;
    const auto malformed = [&](const std::string& why) {
      return Error{Errc::kMalformed, "line " + std::to_string(entry->line) + ": " + why};
    };
    if (entry->indented) return malformed("expected an owner name in the first column");
    const auto zone = DomainName::parse(entry->fields.front());
    if (!zone) return malformed(zone.error().detail);
    const auto rdata = fields.subspan(1);
    switch (same_word(fields.front(), "DS") ? judge_ds(rdata) : judge_dnskey(rdata)) {
      case Worth::kMalformed:
        return malformed("not a DS or DNSKEY record in presentation form");
      case Worth::kUnusable:
        skipped = true;
        break;
      case Worth::kUsable:
        anchors.push_back({*zone, compose(*zone, fields)});
        break;
    }
  }
  if (!anchors.empty()) return anchors;
  return Error{Errc::kMalformed, skipped ? "no key of an algorithm that is surely validated"
                                         : "no DS or DNSKEY record in presentation form"};
}

Result<std::vector<TrustAnchor>> read_trust_anchors(const std::string& file) {
  const auto failed = [&](Errc code, const std::string& why) {
    return Error{code, "trust anchor " + file + ": " + why};
  };
  errno = 0;
  std::ifstream stream(file, std::ios::binary);
  std::string text(TrustAnchor::kMaxFileOctets + 1, '\0');
  if (!stream.is_open() ||
      stream.read(text.data(), static_cast<std::streamsize>(text.size())).bad()) {
    return failed(Errc::kIo, std::strerror(errno != 0 ? errno : EIO));
  }
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > TrustAnchor::kMaxFileOctets) {
    return failed(Errc::kLimitReached,
                  "more than " + std::to_string(TrustAnchor::kMaxFileOctets) + " octets");
  }
  auto anchors = parse_trust_anchors(text);
  if (!anchors) return failed(anchors.error().code, anchors.error().detail);
  return anchors;
}

}  // namespace liqo::dns
