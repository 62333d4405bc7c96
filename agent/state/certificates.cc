#include "agent/state/certificates.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "agent/state/whole_file.h"

namespace liqo::state {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kVersion = 1;
constexpr std::string_view kFingerprintPrefix = "sha256:";
constexpr std::size_t kFingerprintDigits = 64;

std::string path_in(const std::string& directory) {
  return directory + "/" + std::string(kCertificatesName);
}

bool is_fingerprint(std::string_view text) {
  if (!text.starts_with(kFingerprintPrefix)) return false;
  text.remove_prefix(kFingerprintPrefix.size());
  return text.size() == kFingerprintDigits &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::optional<KnownCertificates> read_known(const Json& json) {
  const auto fingerprints = json.find("fingerprints");
  const auto confirmed = json.find("confirmed");
  if (fingerprints == json.end() || !fingerprints->is_array() || fingerprints->empty() ||
      fingerprints->size() > KnownCertificates::kMax || confirmed == json.end() ||
      !confirmed->is_number_integer()) {
    return std::nullopt;
  }
  KnownCertificates known;
  known.confirmed = WallTime(std::chrono::milliseconds(confirmed->get<std::int64_t>()));
  for (const Json& fingerprint : *fingerprints) {
    if (!fingerprint.is_string() || !is_fingerprint(fingerprint.get_ref<const std::string&>())) {
      return std::nullopt;
    }
    known.fingerprints.push_back(fingerprint.get<std::string>());
  }
  return known;
}

}  // namespace

Result<void> write_certificates(const std::string& directory, const CertificateBook& certificates) {
  NewFile file(path_in(directory));
  if (!file.opened()) return file.error("create");
  bool good = file.append("{\"version\":" + std::to_string(kVersion) + ",\"certificates\":[");
  bool first = true;
  for (const auto& [id, known] : certificates) {
    const Json json{{"id", id},
                    {"fingerprints", known.fingerprints},
                    {"confirmed", known.confirmed.time_since_epoch().count()}};
    good = good && file.append(first ? "\n" : ",\n") && file.append(json.dump());
    first = false;
  }
  good = good && file.append("]}\n");
  if (!good) return file.error("write");
  return file.commit();
}

Result<CertificateBook> read_certificates(const std::string& directory) {
  const auto octets = read_whole(path_in(directory), kMaxCertificatesOctets);
  if (!octets) return octets.error();
  const Json json = Json::parse(*octets, nullptr, /*allow_exceptions=*/false);
  const auto damaged = [] {
    return Error{Errc::kMalformed, "it is not a list of certificates of version 1"};
  };
  if (!json.is_object() || json.value("version", Json()) != kVersion) return damaged();
  const auto list = json.find("certificates");
  if (list == json.end() || !list->is_array()) return damaged();
  CertificateBook book;
  for (const Json& each : *list) {
    const auto id = each.is_object() ? each.find("id") : each.end();
    if (!each.is_object() || id == each.end() || !id->is_string()) return damaged();
    auto known = read_known(each);
    if (!known || !is_rfc1123_label(id->get_ref<const std::string&>())) return damaged();
    book.emplace(id->get<std::string>(), *std::move(known));
  }
  return book;
}

}  // namespace liqo::state
