#include "resolver/dnssd/domain_name.h"

#include <array>
#include <set>
#include <unordered_set>

#include "resolver/dnssd/rdata.h"
#include "tests/support/catch.h"

namespace liqo {
namespace {

using namespace std::string_literals;

DomainName name_of(std::string_view text) {
  auto name = DomainName::parse(text);
  INFO(text);
  REQUIRE(name.has_value());
  return std::move(*name);
}

bool is_refused(std::string_view text) {
  const auto name = DomainName::parse(text);
  return !name && name.error().code == Errc::kMalformed;
}

TEST_CASE("DomainName: text becomes labels, with or without the trailing dot") {
  CHECK(name_of("node1.local").wire() == "\5node1\5local\0"s);
  CHECK(name_of("node1.local.").wire() == name_of("node1.local").wire());
  CHECK(name_of("a").wire() == "\1a\0"s);
  CHECK(name_of("node1.local.").to_string() == "node1.local");
}

TEST_CASE("DomainName: the root") {
  CHECK(name_of(".") == DomainName());
  CHECK(DomainName().wire() == "\0"s);
  CHECK(DomainName().is_root());
  CHECK(DomainName().to_string() == ".");
  CHECK(DomainName().labels().empty());
  CHECK(DomainName().first_label().empty());
  CHECK(DomainName().parent().is_root());
  CHECK_FALSE(name_of("a").is_root());
}

TEST_CASE("DomainName: empty text and empty labels are refused") {
  for (const char* text : {"", "..", ".a", "a..b", "a..", "..a"}) {
    INFO(text);
    CHECK(is_refused(text));
  }
}

TEST_CASE("DomainName: escapes") {
  CHECK(name_of("\\097").wire() == "\1a\0"s);
  CHECK(name_of("\\000").wire() == "\1\0\0"s);
  CHECK(name_of("\\255").wire() == "\1\xFF\0"s);
  CHECK(name_of("a\\.b.c").wire() == "\3a.b\1c\0"s);
  CHECK(name_of("a\\\\b").wire() == "\3a\\b\0"s);
  CHECK(name_of("\\ \\#2").wire() == "\3 #2\0"s);
  CHECK(name_of("\\0465").wire() == "\2.5\0"s);  // three digits and no more
}

TEST_CASE("DomainName: escapes that are none are refused") {
  for (const char* text :
       {"\\", "a\\", "\\256", "\\999", "\\1", "\\12", "\\12a", "\\1a2", "a.\\"}) {
    INFO(text);
    CHECK(is_refused(text));
  }
}

TEST_CASE("DomainName: labels of 63 octets and not 64") {
  CHECK(name_of(std::string(63, 'x')).wire().size() == 65);
  CHECK(is_refused(std::string(64, 'x')));
  CHECK(is_refused(std::string(64, 'x') + ".local"));
  std::string escaped;
  for (int i = 0; i < 63; ++i) escaped += "\\200";
  CHECK(name_of(escaped).first_label().size() == 63);
  CHECK(is_refused(escaped + "\\200"));
}

TEST_CASE("DomainName: names of 255 octets and not 256") {
  const std::string label(63, 'x');
  const std::string most = label + "." + label + "." + label + "." + std::string(61, 'y');
  CHECK(name_of(most).wire().size() == 255);
  CHECK(name_of(most + ".").wire().size() == 255);
  CHECK(is_refused(most + "y"));
  CHECK(is_refused(most + "y."));
  CHECK(is_refused(most + ".z"));

  std::string many;
  for (int i = 0; i < 127; ++i) many += "a.";
  CHECK(name_of(many).labels().size() == 127);
  CHECK(is_refused(many + "a"));
}

TEST_CASE("DomainName: a refusal shows what was refused, safely and in brief") {
  const auto name = DomainName::parse("a..\x1b[2J" + std::string(1'000, 'x'));
  REQUIRE_FALSE(name.has_value());
  CHECK(name.error().detail.find('\x1b') == std::string::npos);
  CHECK(name.error().detail.size() < 500);
}

TEST_CASE("DomainName: every octet survives text and back") {
  for (unsigned value = 0; value < 256; ++value) {
    const std::string label(1, static_cast<char>(value));
    const auto name = DomainName().with_label(label);
    REQUIRE(name.has_value());
    CHECK(name->first_label() == label);
    CHECK(name_of(name->to_string()).wire() == name->wire());
    for (const char octet : name->to_string()) CHECK((octet > 0x20 && octet < 0x7F));
  }
  std::string all;
  for (unsigned value = 0; value < 256; ++value) all += static_cast<char>(value);
  DomainName name;
  for (std::size_t at = 0; at < 4; ++at) {
    name = *name.with_label(std::string_view(all).substr(at * 63, at < 3 ? 63 : 61));
  }
  CHECK(name_of(name.to_string()).wire() == name.wire());
}

TEST_CASE("DomainName: only letters, digits, hyphens and underscores stand as they are") {
  CHECK(name_of("Az09-_").to_string() == "Az09-_");
  CHECK(DomainName().with_label("a b")->to_string() == "a\\032b");
  CHECK(DomainName().with_label("a.b")->to_string() == "a\\046b");
  CHECK(DomainName().with_label("\xC3\xA9")->to_string() == "\\195\\169");
}

TEST_CASE("DomainName: wire form is read only where it is one whole name") {
  const auto read = [](std::string_view wire) {
    return DomainName::from_wire(as_octets(wire)).has_value();
  };
  CHECK(read("\0"s));
  CHECK(read("\1a\0"s));
  CHECK_FALSE(read(""));
  CHECK_FALSE(read("\1"));
  CHECK_FALSE(read("\1a"));
  CHECK_FALSE(read("\2a\0"s));
  CHECK_FALSE(read("\1a\0\0"s));
  CHECK_FALSE(read("\0\1a\0"s));
  CHECK_FALSE(read("\xC0\x0C"));
  CHECK_FALSE(read("\x40" + std::string(64, 'x') + "\0"s));

  const std::string label = "\x3F" + std::string(63, 'x');
  CHECK(read(label + label + label + "\x3D" + std::string(61, 'y') + "\0"s));
  CHECK_FALSE(read(label + label + label + "\x3E" + std::string(62, 'y') + "\0"s));
}

TEST_CASE("DomainName: ASCII case does not count, and is kept") {
  const DomainName upper = name_of("NODE1.Local");
  const DomainName lower = name_of("node1.local");
  CHECK(upper == lower);
  CHECK_FALSE(upper < lower);
  CHECK_FALSE(lower < upper);
  CHECK(upper.hash() == lower.hash());
  CHECK(std::unordered_set<DomainName>{upper, lower}.size() == 1);
  CHECK(std::set<DomainName>{upper, lower}.size() == 1);
  CHECK(upper.to_string() == "NODE1.Local");
}

TEST_CASE("DomainName: nothing but ASCII letters is folded") {
  CHECK_FALSE(*DomainName().with_label("\xC3\x89") == *DomainName().with_label("\xC3\xA9"));
  CHECK_FALSE(*DomainName().with_label("@") == *DomainName().with_label("`"));
  CHECK_FALSE(*DomainName().with_label("[") == *DomainName().with_label("{"));
  CHECK(fold_case("AZ@[`az\xC9") == "az@[`az\xC9");
}

TEST_CASE("DomainName: where a label ends counts") {
  CHECK_FALSE(name_of("ab.c") == name_of("a.bc"));
  CHECK_FALSE(name_of("a\\.b") == name_of("a.b"));
}

TEST_CASE("DomainName: labels are put in front") {
  const DomainName local = name_of("local");
  CHECK(*local.with_label("node1") == name_of("node1.local"));
  const std::array<std::string_view, 3> labels = {"c1", "_liqo_auth", "_tcp"};
  CHECK(*local.with_labels(labels) == name_of("c1._liqo_auth._tcp.local"));
  CHECK(*local.with_labels({}) == local);
  CHECK(local.with_label("a.b")->labels().size() == 2);
}

TEST_CASE("DomainName: labels that do not fit are the caller's mistake") {
  const auto is_invalid = [](const Result<DomainName>& longer) {
    return !longer && longer.error().code == Errc::kInvalid;
  };
  const DomainName local = name_of("local");
  CHECK(is_invalid(local.with_label("")));
  CHECK(is_invalid(local.with_label(std::string(64, 'x'))));
  DomainName name = local;
  for (int i = 0; i < 3; ++i) name = *name.with_label(std::string(63, 'x'));
  CHECK(name.with_label(std::string(55, 'x')).has_value());
  CHECK(is_invalid(name.with_label(std::string(56, 'x'))));
  const std::array<std::string_view, 2> labels = {"a", ""};
  CHECK(is_invalid(local.with_labels(labels)));
}

TEST_CASE("DomainName: labels, first label and parent") {
  const DomainName name = name_of("c1._liqo_auth._tcp.local");
  const std::vector<std::string_view> labels = {"c1", "_liqo_auth", "_tcp", "local"};
  CHECK(name.labels() == labels);
  CHECK(name.first_label() == "c1");
  CHECK(name.parent() == name_of("_liqo_auth._tcp.local"));
  CHECK(name.parent().parent().parent().parent().is_root());
}

TEST_CASE("DomainName: what is below what") {
  const DomainName name = name_of("c1.Example.com");
  CHECK(name.is_below(name));
  CHECK(name.is_below(name_of("example.COM")));
  CHECK(name.is_below(DomainName()));
  CHECK(DomainName().is_below(DomainName()));
  CHECK_FALSE(DomainName().is_below(name));
  CHECK_FALSE(name_of("example.com").is_below(name));
  CHECK_FALSE(name_of("badexample.com").is_below(name_of("example.com")));
  CHECK_FALSE(name_of("x\\007example.com").is_below(name_of("example.com")));
}

TEST_CASE("Label: printable UTF-8 stands as it is") {
  for (const char* label :
       {"milan", "Mil\u00e1n", "\u4e2d\u6587", "\U0001F680", "a.b c", "c1 #2"}) {
    CHECK(label_to_text(label) == label);
  }
  CHECK(label_to_text("").empty());
}

TEST_CASE("Label: anything else is escaped as a whole") {
  CHECK(label_to_text("a\x1b[2J") == "a\\027[2J");
  CHECK(label_to_text("a\nb.c d") == "a\\010b\\046c\\032d");
  CHECK(label_to_text("a\\b") == "a\\092b");
  CHECK(label_to_text("\x7F") == "\\127");
  CHECK(label_to_text("\0"s) == "\\000");
  CHECK(label_to_text("Mil\u00e1n\x07") == "Mil\\195\\161n\\007");
}

TEST_CASE("Label: what is not UTF-8, or would rule a terminal, is escaped") {
  const std::vector<std::string> hostile = {
      "\x80",              // a continuation alone
      "\xC3",              // cut
      "\xC3(",             // not continued
      "\xC0\xAF",          // overlong
      "\xE0\x80\xAF",      // overlong
      "\xF0\x80\x80\xAF",  // overlong
      "\xED\xA0\x80",      // a surrogate
      "\xF4\x90\x80\x80",  // above U+10FFFF
      "\xF5\x80\x80\x80",
      "\xFE",
      "\xFF",
      "\xC2\x9B",         // CSI in one character
      "\xE2\x80\xAE",     // right-to-left override
      "\xE2\x80\x8B",     // zero width space
      "\xE2\x80\xA8",     // line separator
      "\xE2\x81\xA6",     // isolate
      "\xEF\xBB\xBF",     // byte order mark
      "\xF3\xA0\x81\x81"  // a tag character
  };
  for (const std::string& label : hostile) {
    const std::string text = label_to_text(label);
    INFO(text);
    CHECK(text.size() == 4 * label.size() - (label.ends_with('(') ? 3 : 0));
    for (const char octet : text) CHECK((octet > 0x20 && octet < 0x7F));
  }
}

}  // namespace
}  // namespace liqo
