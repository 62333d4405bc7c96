#include "resolver/dns/resolv_conf.h"

#include <algorithm>

namespace liqo::dns {
namespace {

constexpr std::string_view kBlank = " \t\r";

/// The next word, taken off the front; empty where none is left.
std::string_view next_word(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(kBlank), text.size()));
  const std::string_view word = text.substr(0, text.find_first_of(kBlank));
  text.remove_prefix(word.size());
  return word;
}

void add_server(ResolvConf& conf, std::string_view text) {
  const auto server = parse_name_server(text);
  if (!server || conf.servers.size() == ResolvConf::kMaxServers) return;
  if (std::find(conf.servers.begin(), conf.servers.end(), *server) != conf.servers.end()) return;
  conf.servers.push_back(*server);
}

/// "." stands for no domain at all, where systemd-resolved has none.
void add_search(ResolvConf& conf, std::string_view text) {
  const auto name = DomainName::parse(text);
  if (!name || name->is_root() || conf.search.size() == ResolvConf::kMaxSearchDomains) return;
  if (std::find(conf.search.begin(), conf.search.end(), *name) != conf.search.end()) return;
  conf.search.push_back(*name);
}

/// A keyword begins its line; what begins with '#' or ';' is a comment.
void read_line(ResolvConf& conf, std::string_view line) {
  if (line.empty() || kBlank.find(line.front()) != std::string_view::npos) return;
  const std::string_view keyword = next_word(line);
  std::string_view word = next_word(line);
  if (word.empty()) return;
  if (keyword == "nameserver") return add_server(conf, word);
  if (keyword != "search" && keyword != "domain") return;
  conf.search.clear();
  add_search(conf, word);
  if (keyword == "domain") return;
  while (!(word = next_word(line)).empty()) add_search(conf, word);
}

}  // namespace

ResolvConf parse_resolv_conf(std::string_view text) {
  ResolvConf conf;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    read_line(conf, line);
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  return conf;
}

}  // namespace liqo::dns
