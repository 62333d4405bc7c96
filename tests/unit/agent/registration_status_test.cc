#include "agent/registration_status.h"

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <sstream>

#include "tests/support/catch.h"
#include "tests/unit/registry/world.h"

namespace liqo::test {
namespace {

using registrar::InstanceStatus;
using State = registrar::RegistrationStatus::State;

/// What is logged while it is there: "info a line".
class Log {
 public:
  Log() : before_(spdlog::default_logger()) {
    auto logger = std::make_shared<spdlog::logger>(
        "test", std::make_shared<spdlog::sinks::ostream_sink_st>(text_));
    logger->set_pattern("%l %v");
    spdlog::set_default_logger(std::move(logger));
  }
  ~Log() { spdlog::set_default_logger(before_); }
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  /// Since the last call.
  Lines take() {
    std::istringstream stream(text_.str());
    text_.str("");
    Lines lines;
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
  }

 private:
  std::ostringstream text_;
  std::shared_ptr<spdlog::logger> before_;
};

InstanceStatus instance(State state, const std::string& error = "", const std::string& advice = "",
                        const ClusterId& id = "rome-id", bool shared = false) {
  InstanceStatus made;
  made.zone = name("example.com");
  made.id = id;
  made.shared = shared;
  made.registration.state = state;
  made.registration.error = error;
  made.registration.advice = advice;
  return made;
}

InstanceStatus shared(State state, const ClusterId& id, const std::string& error = "") {
  return instance(state, error, "", id, true);
}

const std::string kAuth = "auth in example.com: ";
const std::string kShared = "clusters shared in example.com: ";

TEST_CASE("Registration status: all that is known is told, times by the wall clock") {
  const Now now{BootTime(100s), WallTime(std::chrono::seconds(1'000'000))};
  InstanceStatus known = instance(State::kRefused, "REFUSED", "allow it", "milan-id", true);
  known.service = Service::kGateway;
  known.server = dns::NameServer{ip("2001:db8::53"), 5353};
  known.registration.until = now.wall + 1h;
  known.registration.next = now.boot + 7s;
  const auto told = registration_status({known, instance(State::kPending)}, now);
  REQUIRE(told.size() == 2);
  CHECK(told[0].zone == "example.com");
  CHECK(told[0].service == "_liqo_gateway._udp");
  CHECK(told[0].cluster == "milan-id");
  CHECK(told[0].shared);
  CHECK(told[0].state == "refused");
  CHECK(told[0].server == "[2001:db8::53]:5353");
  CHECK(told[0].until == now.wall + 1h);
  CHECK(told[0].next == now.wall + 7s);
  CHECK(told[0].error == "REFUSED");
  CHECK(told[0].advice == "allow it");
  CHECK(told[1].state == "pending");
  CHECK(told[1].server.empty());
  CHECK_FALSE(told[1].until.has_value());
  CHECK_FALSE(told[1].next.has_value());
  CHECK_FALSE(told[1].shared);
}

TEST_CASE("Registration log: a line when it is there, or fails in other words than before") {
  Log log;
  RegistrationLog registrations;
  const auto told = [&](const InstanceStatus& status) {
    registrations.tell({status});
    return log.take();
  };
  CHECK(told(instance(State::kPending)).empty());
  CHECK(told(instance(State::kRefused, "REFUSED", "allow it")) ==
        Lines{"warning " + kAuth + "REFUSED; allow it"});
  CHECK(told(instance(State::kPending)).empty());  // it is asked again
  CHECK(told(instance(State::kRefused, "REFUSED", "allow it")).empty());
  CHECK(told(instance(State::kPending, "silent")) == Lines{"warning " + kAuth + "silent"});
  CHECK(told(instance(State::kHeld, "is there already")) ==
        Lines{"warning " + kAuth + "is there already"});
  CHECK(told(instance(State::kDone)) == Lines{"info " + kAuth + "registered"});
  CHECK(told(instance(State::kDone)).empty());
  CHECK(told(instance(State::kPending)).empty());
  CHECK(told(instance(State::kDone)).empty());
  CHECK(told(instance(State::kPending, "silent")).size() == 1);
}

TEST_CASE("Registration log: services and zones have lines of their own") {
  Log log;
  InstanceStatus api = instance(State::kDone);
  api.service = Service::kApi;
  InstanceStatus other = instance(State::kDone);
  other.zone = name("example.org");
  RegistrationLog().tell({instance(State::kDone), api, other});
  CHECK(log.take() == Lines{"info api in example.com: registered", "info " + kAuth + "registered",
                            "info auth in example.org: registered"});
}

TEST_CASE("Registration log: of all clusters shared in a zone one line, and it is what fails") {
  Log log;
  RegistrationLog registrations;
  registrations.tell({shared(State::kDone, "a"), shared(State::kDone, "b")});
  CHECK(log.take() == Lines{"info " + kShared + "registered"});
  registrations.tell({shared(State::kDone, "a"), shared(State::kRefused, "b", "REFUSED"),
                      shared(State::kDone, "c"), shared(State::kPending, "d")});
  CHECK(log.take() == Lines{"warning " + kShared + "REFUSED"});
  registrations.tell({shared(State::kRefused, "a", "REFUSED"), shared(State::kDone, "b")});
  CHECK(log.take().empty());
}

TEST_CASE("Registration log: a shared cluster that registers itself is no trouble") {
  Log log;
  RegistrationLog().tell({shared(State::kHeld, "a", "is registered by the cluster itself")});
  CHECK(log.take().empty());
}

}  // namespace
}  // namespace liqo::test
