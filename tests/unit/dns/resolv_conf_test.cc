#include "resolver/dns/resolv_conf.h"

#include "tests/support/catch.h"

namespace liqo::dns {
namespace {

/// "SERVER SERVER; DOMAIN DOMAIN"
std::string read(std::string_view text) {
  const ResolvConf conf = parse_resolv_conf(text);
  std::string shown;
  for (const NameServer& server : conf.servers) shown += to_string(server) + " ";
  shown += ";";
  for (const DomainName& name : conf.search) shown += " " + name.to_string();
  return shown;
}

TEST_CASE("ResolvConf: reads servers and search domains") {
  CHECK(read("") == ";");
  CHECK(read("nameserver 192.0.2.53\n") == "192.0.2.53 ;");
  CHECK(read("nameserver 192.0.2.53") == "192.0.2.53 ;");
  CHECK(read("nameserver\t192.0.2.53 \t\r\n\nnameserver  2001:db8::53\n") ==
        "192.0.2.53 2001:db8::53 ;");
  CHECK(read("nameserver fe80::1%lo\n") == "fe80::1%lo ;");
  CHECK(read("nameserver 127.0.0.1:5353\nnameserver [::1]:5353\n") ==
        "127.0.0.1:5353 [::1]:5353 ;");
  CHECK(read("search example.com lab.example.com.\n") == "; example.com lab.example.com");
  CHECK(read("domain example.com ignored.example\n") == "; example.com");
}

TEST_CASE("ResolvConf: of search and domain the last one counts") {
  CHECK(read("search a.example b.example\nsearch c.example\n") == "; c.example");
  CHECK(read("domain a.example\nsearch b.example c.example\n") == "; b.example c.example");
  CHECK(read("search b.example c.example\ndomain a.example\n") == "; a.example");
  CHECK(read("search a.example\nsearch .\n") == ";");
  CHECK(read("search a.example\nsearch\n") == "; a.example");
}

TEST_CASE("ResolvConf: what is not understood is skipped") {
  CHECK(read("# nameserver 192.0.2.1\n; nameserver 192.0.2.2\n#\n;\n") == ";");
  CHECK(read(" nameserver 192.0.2.1\n\tsearch a.example\n") == ";");
  CHECK(read("nameserver\nnameserver \nnameserver dns.example\nnameserver 192.0.2\n") == ";");
  CHECK(read("nameserver 192.0.2.1 # the first\nnameserver 192.0.2.2 192.0.2.3\n") ==
        "192.0.2.1 192.0.2.2 ;");
  CHECK(read("nameservers 192.0.2.1\nNAMESERVER 192.0.2.1\nnameserver192.0.2.1\n") == ";");
  CHECK(read("options edns0 trust-ad ndots:5\nsortlist 192.0.2.0/24\nlookup file bind\n") == ";");
  CHECK(read("nameserver fe80::1%no-such-link\n") == ";");
  CHECK(read("search a..example good.example \\999 " + std::string(300, 'a') + "\n") ==
        "; good.example");
  CHECK(read(std::string("nameserver 192.0.2.1\0\nnameserver 192.0.2.2\n", 43)) == "192.0.2.2 ;");
  CHECK(read("\xFF\xFE\n\n\nnameserver 192.0.2.1\n") == "192.0.2.1 ;");
}

TEST_CASE("ResolvConf: what stands twice counts once, and there are limits") {
  CHECK(read("nameserver 192.0.2.1\nnameserver 192.0.2.1\nnameserver 192.0.2.1:53\n") ==
        "192.0.2.1 ;");
  CHECK(read("search a.example A.EXAMPLE b.example\n") == "; a.example b.example");
  std::string servers;
  std::string search = "search";
  for (int i = 0; i < 100; ++i) {
    servers += "nameserver 192.0.2." + std::to_string(i) + "\n";
    search += " d" + std::to_string(i) + ".example";
  }
  const ResolvConf conf = parse_resolv_conf(servers + search);
  REQUIRE(conf.servers.size() == ResolvConf::kMaxServers);
  CHECK(to_string(conf.servers.back()) == "192.0.2.7");
  REQUIRE(conf.search.size() == ResolvConf::kMaxSearchDomains);
  CHECK(conf.search.back().to_string() == "d31.example");
}

}  // namespace
}  // namespace liqo::dns
