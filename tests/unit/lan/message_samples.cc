#include "tests/unit/lan/message_samples.h"

namespace liqo::lan::samples {
namespace {

DomainName name(std::string_view text) { return *DomainName::parse(text); }

}  // namespace

std::vector<ToHelper> to_helper() {
  const DomainName service = name("_liqo_auth._tcp.local");
  const DomainName instance = name("\\000\\255 x._liqo_auth._tcp.local");
  return {
      Configure{},
      Configure{Backend::kAvahiDaemon, "node1", {"eth0", "wlp0s20f3"}},
      Watch{1, service, RecordType::kPtr},
      Watch{0xffffffff, instance, RecordType::kAaaa},
      Unwatch{0x01020304},
      Publish{},
      Publish{7,
              2,
              {{service, RecordType::kPtr, 300, false, std::string(instance.wire())},
               {instance, RecordType::kTxt, 0xfffffffe, true, std::string(kMaxRdata, '\xff')},
               {DomainName(), RecordType::kA, 0, true, ""}}},
      Unpublish{9},
  };
}

std::vector<FromHelper> from_helper() {
  return {
      BackendReport{},
      BackendReport{Backend::kEmbedded, BackendState::kFailed, name("node1.local"), "no socket"},
      RecordReport{3, true, 2, Family::kIpv6, true, std::string("\0\x01", 2)},
      RecordReport{3, false, 0xffffffff, Family::kIpv4, false, ""},
      WatchReport{4, WatchEvent::kFailed, "Invalid domain name"},
      WatchReport{4, WatchEvent::kCacheExhausted, ""},
      GroupReport{5, GroupState::kCollision, "Local name collision"},
  };
}

}  // namespace liqo::lan::samples
