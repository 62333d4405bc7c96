#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "resolver/registrar/registration.h"

namespace liqo::registrar::test {

using namespace std::chrono_literals;

constexpr std::uint64_t kStart = 1'795'737'600;

DomainName name(const std::string& text);
IpAddress ip(const std::string& text);
/// "milan-1"'s names in example.com.
Names auth_names();
/// Its auth endpoint, at these places: "30740 203.0.113.7", "443 lb.example.org".
Entry entry(const std::vector<std::string>& places, const ClusterId& via = {});
std::string srv(std::uint16_t port, const std::string& target);
std::string a(const std::string& address);
std::string txt(std::initializer_list<std::string> items);
/// The items of the only TXT record.
std::vector<std::string> items(const Records& records);

/// A zone's primary server that holds one instance: answers when it is told to. Updates are checked
/// against their prerequisites, as RFC 2136 section 3.2 has it.
class FakePrimary final : public Primary {
 public:
  Records records;
  bool listed = false;            ///< the PTR record is there
  std::deque<std::string> asked;  ///< "read", "send": what was begun since it was looked at
  std::uint32_t ttl = 0;          ///< of what was written last

  std::unique_ptr<Job> read(const Names& names, HaveRead done) override;
  std::unique_ptr<Job> send(const Names& names, const wire::Update& update, HaveSent done) override;

  /// Answers what is under way; false where nothing is.
  bool answer();
  /// Answers as long as anything is asked.
  void answer_all() {
    while (answer()) {
    }
  }
  /// Fails what is under way: a read, or an update that did (`applied`) or did not happen.
  void fail(bool applied = false);
  void refuse(Outcome outcome);
  std::vector<std::string> take_asked();

 private:
  struct Pending {
    HaveRead have_read;
    HaveSent have_sent;
    wire::Update update;
    std::uint64_t number = 0;
  };
  struct Ticket;
  bool apply(const wire::Update& update);
  Pending take();

  std::unique_ptr<Pending> pending_;
  std::uint64_t number_ = 0;
};

/// A registration against it, and a clock.
class World {
 public:
  explicit World(Terms terms = {.agent = 1, .ttl = 60, .lease = 3600});
  World(FakePrimary& shared, Terms terms);

  /// Lets time pass, with all that is due on the way; the server answers.
  void at(Duration when);
  /// The next thing that is due begins; the server is silent.
  void next();
  [[nodiscard]] Now now() const { return now_; }
  FakePrimary& server() { return *server_; }
  Registration& registration() { return *registration_; }
  [[nodiscard]] const RegistrationStatus& status() const { return registration_->status(); }

 private:
  std::unique_ptr<FakePrimary> own_;
  FakePrimary* server_;
  Now now_{BootTime{}, WallTime(std::chrono::seconds(kStart))};
  std::unique_ptr<Registration> registration_;
};

}  // namespace liqo::registrar::test
