#include "resolver/dns/trust_anchors.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string_view>

namespace liqo::dns {
namespace {

/// The root's file has some 1,000 octets; a hundred zones of one's own fit many times.
constexpr std::size_t kMaxOctets = 1024 * 1024;

/// The text without comments, and a record that goes over several lines as one (RFC 1035 section
/// 5.1).
std::string logical_lines(std::istream& file) {
  std::string text;
  int depth = 0;
  for (std::string line; std::getline(file, line) && text.size() <= kMaxOctets;) {
    line.resize(std::min(line.find(';'), line.size()));
    depth += static_cast<int>(std::count(line.begin(), line.end(), '('));
    depth -= static_cast<int>(std::count(line.begin(), line.end(), ')'));
    text += line;
    text += depth > 0 ? ' ' : '\n';
  }
  return text;
}

bool is_key(const std::string& line) {
  std::istringstream words(line);
  for (std::string word; words >> word;) {
    if (word == "DS" || word == "DNSKEY") return true;
  }
  return false;
}

}  // namespace

Result<std::vector<DomainName>> read_trust_anchors(const std::string& file) {
  std::ifstream opened(file);
  if (!opened) return Error{Errc::kIo, file + ": cannot be read: " + std::strerror(errno)};
  std::istringstream lines(logical_lines(opened));
  std::vector<DomainName> owners;
  for (std::string line; std::getline(lines, line);) {
    if (!is_key(line)) continue;
    std::string owner;
    std::istringstream(line) >> owner;
    auto name = DomainName::parse(owner);
    if (!name) return Error{Errc::kInvalid, file + ": expected a name, found " + owner};
    if (std::find(owners.begin(), owners.end(), *name) == owners.end()) {
      owners.push_back(std::move(*name));
    }
  }
  if (owners.empty()) return Error{Errc::kInvalid, file + ": expected DS or DNSKEY records"};
  return owners;
}

}  // namespace liqo::dns
