#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "resolver/dns/name_server.h"
#include "tests/support/daemon.h"

namespace liqo::test {

/// How a zone is signed, by dnssec-signzone.
struct Signing {
  std::string algorithm = "ECDSAP256SHA256";  ///< of dnssec-keygen
  bool nsec3 = false;
  bool expired = false;  ///< its signatures ended years ago
};

/// Zones in files of a directory of their own, and a real NSD on loopback that serves them. BIND's
/// tools sign them: ldns-signzone signs sets of more than 64 KiB wrongly, and its ldns-verify-zone
/// does not notice.
class SignedZones {
 public:
  explicit SignedZones(dns::NameServer address);
  ~SignedZones();
  SignedZones(const SignedZones&) = delete;
  SignedZones& operator=(const SignedZones&) = delete;

  /// `records` in the form of a zone file, below the SOA and NS records that every zone here has;
  /// names are relative to the zone.
  void add_unsigned(const std::string& zone, const std::string& records);
  void add_signed(const std::string& zone, const std::string& records, const Signing& how = {});
  /// Signs the zone anew, with its key; a server that runs serves it when this returns.
  void change(const std::string& zone, const std::string& records);
  /// Alters the zone's file without signing it again. Before start().
  void replace_text(const std::string& zone, const std::string& from, const std::string& to);

  /// The file with the zone's public key.
  [[nodiscard]] std::string key_file(const std::string& zone) const;
  /// The zone's DS record, absolute.
  [[nodiscard]] std::string ds(const std::string& zone) const;
  /// A file of that name in the directory, which goes with it.
  std::string write(const std::string& name, const std::string& text);

  void start();
  [[nodiscard]] const dns::NameServer& address() const { return address_; }

 private:
  struct Zone {
    std::string name;
    Signing how;
    std::string key;  ///< path without suffix; empty: unsigned
    unsigned serial = 1;
  };

  Zone& find(const std::string& zone);
  [[nodiscard]] const Zone& find(const std::string& zone) const;
  void write_zone(const Zone& zone, const std::string& records);
  [[nodiscard]] std::filesystem::path file_of(const Zone& zone) const;
  void write_configuration();
  /// Until the server tells the zone's serial.
  void await(const Zone& zone) const;

  dns::NameServer address_;
  std::filesystem::path directory_;
  std::vector<Zone> zones_;
  std::unique_ptr<Daemon> server_;
};

}  // namespace liqo::test
