#include "agent/varlink/session.h"

#include "tests/support/catch.h"

namespace liqo::varlink {
namespace {

using nlohmann::json;

/// Tells its parts one by one; "wait" is a pause until it is woken.
class Parts final : public Answer {
 public:
  Parts(std::vector<std::string> parts, bool endless)
      : parts_(std::move(parts)), endless_(endless) {}
  Step produce(std::string& out) override {
    if (next_ == parts_.size()) return Step::kDone;
    const std::string& part = parts_[next_++];
    if (part == "wait") return Step::kWait;
    out += part;
    return next_ < parts_.size() ? Step::kMore : Step::kDone;
  }
  [[nodiscard]] bool endless() const override { return endless_; }

 private:
  std::vector<std::string> parts_;
  bool endless_;
  std::size_t next_ = 0;
};

Service test_service(int& actions) {
  Service service({"Vendor", "Product", "1", "https://example.com"});
  Interface interface {
    "org.example.test", "interface org.example.test\nmethod Echo() -> ()\n", {}
  };
  interface.methods["Echo"].handler = [](Call& call, const Caller&) {
    return reply(call.parameters.dump());
  };
  interface.methods["Act"].handler = [&actions](Call&, const Caller&) {
    ++actions;
    return reply("{}");
  };
  interface.methods["Slow"].handler = [](Call&, const Caller&) {
    return std::make_unique<Parts>(std::vector<std::string>{"a", "wait", "b"}, false);
  };
  interface.methods["Watch"] = {
      [](Call&, const Caller&) {
        return std::make_unique<Parts>(std::vector<std::string>{"event", "wait"}, true);
      },
      true};
  interface.methods["Later"] = {};
  service.add(std::move(interface));
  return service;
}

/// A session, spoken to in JSON.
struct Talk {
  Talk() : service(test_service(actions)), session(service, {}, {1024, "too long"}) {}

  void say(const json& message) { session.receive(message.dump() + '\0'); }
  void call(const std::string& name, json parameters = json::object()) {
    say({{"method", "org.example.test." + name}, {"parameters", std::move(parameters)}});
  }
  /// All that comes without being woken.
  std::string hear() {
    std::string out;
    while (session.has_work()) session.produce(out);
    return out;
  }
  json reply() {
    std::string text = hear();
    REQUIRE(text.ends_with('\0'));
    text.pop_back();
    return json::parse(text);
  }

  int actions = 0;
  Service service;
  Session session;
};

TEST_CASE("Session: a call is answered") {
  Talk talk;
  talk.call("Echo", {{"a", 1}});
  CHECK(talk.reply() == json{{"parameters", {{"a", 1}}}});
  CHECK_FALSE(talk.session.busy());
}

TEST_CASE("Session: missing and null parameters are none, null flags are false") {
  Talk talk;
  talk.say({{"method", "org.example.test.Echo"}, {"parameters", nullptr}, {"more", nullptr}});
  CHECK(talk.reply()["parameters"] == json::object());
  talk.say({{"method", "org.example.test.Echo"}, {"unknown", 1}});
  CHECK(talk.reply()["parameters"] == json::object());
}

TEST_CASE("Session: the standard errors") {
  Talk talk;
  const auto error = [&](const std::string& method, json extra = json::object()) {
    json message = {{"method", method}};
    message.update(extra);
    talk.say(message);
    const json reply = talk.reply();
    return reply["error"].get<std::string>() + " " + reply["parameters"].dump();
  };
  const std::string service = "org.varlink.service.";
  CHECK(error("org.example.none.X") ==
        service + R"(InterfaceNotFound {"interface":"org.example.none"})");
  CHECK(error("org.example.test.X") ==
        service + R"(MethodNotFound {"method":"org.example.test.X"})");
  CHECK(error("org.example.test.Later") ==
        service + R"(MethodNotImplemented {"method":"org.example.test.Later"})");
  CHECK(error("org.example.test.Echo", {{"upgrade", true}}) ==
        service + R"(MethodNotImplemented {"method":"org.example.test.Echo"})");
  CHECK(error("org.example.test.Watch") == service + "ExpectedMore {}");
  CHECK(error("") == service + R"(InterfaceNotFound {"interface":""})");
  CHECK(error(service + "GetInterfaceDescription") ==
        service + R"(InvalidParameter {"parameter":"interface"})");
  CHECK(error(service + "GetInfo", {{"parameters", {{"x", 1}}}}) ==
        service + R"(InvalidParameter {"parameter":"x"})");
  CHECK(error(service + "GetInterfaceDescription", {{"parameters", {{"interface", "org.none"}}}}) ==
        service + R"(InterfaceNotFound {"interface":"org.none"})");
}

TEST_CASE("Session: describes its interfaces") {
  Talk talk;
  talk.say({{"method", "org.varlink.service.GetInfo"}});
  CHECK(talk.reply()["parameters"]["interfaces"] ==
        json{"org.example.test", "org.varlink.service"});
  for (const char* name : {"org.example.test", "org.varlink.service"}) {
    talk.say({{"method", "org.varlink.service.GetInterfaceDescription"},
              {"parameters", {{"interface", name}}}});
    const std::string text = talk.reply()["parameters"]["description"];
    CHECK(text.find("interface " + std::string(name) + "\n") != std::string::npos);
  }
}

TEST_CASE("Session: calls are answered one after another, and no more are read meanwhile") {
  Talk talk;
  talk.call("Slow");
  talk.call("Echo");
  CHECK_FALSE(talk.session.wants_input());
  CHECK(talk.hear() == "a");
  CHECK_FALSE(talk.session.has_work());
  CHECK(talk.session.busy());
  talk.session.wake();
  const std::string rest = talk.hear();
  CHECK(rest == "b{\"parameters\":{}}" + std::string(1, '\0'));
  CHECK(talk.session.wants_input());
}

TEST_CASE("Session: a one way call acts and is never answered") {
  Talk talk;
  talk.say({{"method", "org.example.test.Act"}, {"oneway", true}});
  talk.say({{"method", "org.example.none.X"}, {"oneway", true}});
  talk.say({{"method", "org.example.test.Watch"}, {"oneway", true}, {"more", true}});
  CHECK(talk.hear().empty());
  CHECK(talk.actions == 1);
  CHECK_FALSE(talk.session.busy());
}

TEST_CASE("Session: a call behind one without an end breaks it") {
  Talk talk;
  talk.say({{"method", "org.example.test.Watch"}, {"more", true}});
  CHECK(talk.hear() == "event");
  CHECK(talk.session.endless());
  CHECK(talk.session.wants_input());
  talk.call("Echo");
  CHECK(talk.session.broken());
  CHECK_FALSE(talk.session.busy());
  CHECK(talk.hear().empty());
}

TEST_CASE("Session: a message that is too long is told so, and ends it") {
  Talk talk;
  talk.session.receive(std::string(1025, 'x'));
  CHECK(talk.session.broken());
  CHECK(talk.hear() == "too long");
  CHECK_FALSE(talk.session.has_work());
  talk.call("Echo");
  CHECK_FALSE(talk.session.has_work());
}

TEST_CASE("Session: a flood of calls is answered in turns") {
  Talk talk;
  std::string flood;
  for (int i = 0; i < 1000; ++i) {
    flood += R"({"method":"org.example.test.Act","oneway":true})" + std::string(1, '\0');
  }
  talk.session.receive(flood);
  std::string out;
  talk.session.produce(out);
  CHECK(talk.actions == Session::kAnswersAtOnce);
  CHECK(talk.session.has_work());
  CHECK_FALSE(talk.session.wants_input());
  talk.hear();
  CHECK(talk.actions == 1000);
}

TEST_CASE("Session: JSON nested without end costs nothing but the connection") {
  Talk talk;
  talk.session.receive(std::string(1000, '[') + '\0');
  CHECK(talk.hear().empty());
  CHECK(talk.session.broken());
  Talk closed;
  closed.session.receive(R"({"method":"org.example.test.Echo","parameters":{"a":)" +
                         std::string(400, '[') + std::string(400, ']') + "}}" + '\0');
  CHECK(closed.hear().empty());
  CHECK(closed.session.broken());
}

}  // namespace
}  // namespace liqo::varlink
