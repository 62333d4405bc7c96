#include "cli/text.h"

#include "tests/support/catch.h"

using namespace liqo::cli;

TEST_CASE("Text: what a terminal acts on is escaped") {
  CHECK(printable("milan") == "milan");
  CHECK(printable("a\x1b[31mb\r\n\tc\x7f") == "a\\x1b[31mb\\x0d\\x0a\\x09c\\x7f");
  CHECK(printable(std::string_view("a\0b", 3)) == "a\\x00b");
  CHECK(printable("\xc2\x9b"
                  "31m") == "\\x9b31m");  // C1 CSI
  CHECK(printable("\xe2\x80\xae"
                  "lmth") == "\\u202elmth");                           // right-to-left override
  CHECK(printable("\xe2\x81\xa6x\xe2\x81\xa9") == "\\u2066x\\u2069");  // isolates
  CHECK(printable("\xe2\x80\xa8") == "\\u2028");                       // line separator
  CHECK(printable("\xef\xbb\xbf") == "\\ufeff");
}

TEST_CASE("Text: people's letters stay") {
  CHECK(printable("Zürich 東京 Ελλάδα") == "Zürich 東京 Ελλάδα");
  CHECK(printable("e\xcc\x81") == "e\xcc\x81");
}

TEST_CASE("Text: a pile of combining marks loses its height") {
  std::string tall = "e";
  for (int i = 0; i < 50; ++i) tall += "\xcc\x81";
  CHECK(printable(tall).size() == 1 + 4 * 2);
}

TEST_CASE("Text: octets that are no UTF-8 are escaped one by one") {
  CHECK(printable("\xff") == "\\xff");
  CHECK(printable("a\xc3") == "a\\xc3");                           // cut short
  CHECK(printable("\xc0\xaf") == "\\xc0\\xaf");                    // overlong
  CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");           // surrogate
  CHECK(printable("\xf5\x80\x80\x80") == "\\xf5\\x80\\x80\\x80");  // past U+10FFFF
}

TEST_CASE("Text: every octet comes out as something that is safe") {
  for (int octet = 0; octet < 256; ++octet) {
    const std::string safe = printable(std::string(1, static_cast<char>(octet)));
    for (const char c : safe) CHECK(static_cast<unsigned char>(c) >= 0x20);
    CHECK(display_width(safe) >= 1);
  }
}

TEST_CASE("Text: width is what a terminal takes, and cutting keeps to it") {
  CHECK(display_width("milan") == 5);
  CHECK(display_width("東京") == 4);
  CHECK(display_width("e\xcc\x81") == 1);
  CHECK(truncated("milan", 5) == "milan");
  CHECK(truncated("milano", 5) == "mila…");
  CHECK(truncated("東京都", 4) == "東…");  // half of a wide character is not shown
  CHECK(truncated("milan", 1) == "…");
  CHECK(truncated("milan", 0).empty());
}
