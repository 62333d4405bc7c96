#include "tests/unit/nss/module.h"

#include <arpa/inet.h>
#include <dlfcn.h>

#include <array>
#include <cerrno>
#include <stdexcept>

namespace liqo::test {
namespace {

constexpr std::size_t kRoom = 16 * 1024;

template <class F>
void find_symbol(void* library, const char* name, F*& function) {
  function = reinterpret_cast<F*>(dlsym(library, name));
  if (function == nullptr) throw std::runtime_error(dlerror());
}

Module load() {
  void* library = dlopen(LIQO_NSS_MODULE, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw std::runtime_error(dlerror());
  Module module{};
  find_symbol(library, "_nss_liqo_gethostbyname_r", module.gethostbyname);
  find_symbol(library, "_nss_liqo_gethostbyname2_r", module.gethostbyname2);
  find_symbol(library, "_nss_liqo_gethostbyname3_r", module.gethostbyname3);
  find_symbol(library, "_nss_liqo_gethostbyname4_r", module.gethostbyname4);
  find_symbol(library, "_nss_liqo_gethostbyaddr_r", module.gethostbyaddr);
  find_symbol(library, "_nss_liqo_gethostbyaddr2_r", module.gethostbyaddr2);
  find_symbol(library, "_nss_liqo_sethostent", module.sethostent);
  find_symbol(library, "_nss_liqo_gethostent_r", module.gethostent);
  find_symbol(library, "_nss_liqo_endhostent", module.endhostent);
  return module;
}

void take_hostent(Reply& reply, const hostent& result) {
  reply.name = result.h_name;
  for (char** at = result.h_addr_list; *at != nullptr; ++at) {
    reply.addresses.push_back(address_text(result.h_addrtype, *at));
  }
}

}  // namespace

const Module& Module::get() {
  static const Module module = load();
  return module;
}

std::string address_text(int family, const void* octets, std::uint32_t zone) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(family, octets, text.data(), text.size());
  return text.data() + (zone == 0 ? std::string() : "%" + std::to_string(zone));
}

Reply look_up(const std::string& name) {
  std::array<char, kRoom> buffer;
  Reply reply;
  gaih_addrtuple* list = nullptr;
  errno = kErrnoBefore;
  reply.status = Module::get().gethostbyname4(name.c_str(), &list, buffer.data(), buffer.size(),
                                              &reply.error, &reply.h_error, &reply.ttl);
  reply.errno_after = errno;
  if (!reply.found()) return reply;
  reply.name = list->name;
  for (; list != nullptr; list = list->next) {
    reply.addresses.push_back(address_text(list->family, list->addr, list->scopeid));
  }
  return reply;
}

Reply look_up(const std::string& name, int family) {
  std::array<char, kRoom> buffer;
  Reply reply;
  hostent result{};
  char* canonical = nullptr;
  errno = kErrnoBefore;
  reply.status =
      Module::get().gethostbyname3(name.c_str(), family, &result, buffer.data(), buffer.size(),
                                   &reply.error, &reply.h_error, &reply.ttl, &canonical);
  reply.errno_after = errno;
  if (!reply.found()) return reply;
  take_hostent(reply, result);
  reply.name = canonical;
  return reply;
}

Reply look_up_address(const std::string& address) {
  std::array<char, kRoom> buffer;
  std::array<char, 16> octets{};
  const int family = address.find(':') == std::string::npos ? AF_INET : AF_INET6;
  inet_pton(family, address.c_str(), octets.data());
  Reply reply;
  hostent result{};
  errno = kErrnoBefore;
  reply.status = Module::get().gethostbyaddr2(octets.data(), family == AF_INET ? 4 : 16, family,
                                              &result, buffer.data(), buffer.size(), &reply.error,
                                              &reply.h_error, &reply.ttl);
  reply.errno_after = errno;
  if (reply.found()) take_hostent(reply, result);
  return reply;
}

std::vector<std::string> enumerate(Reply* last) {
  const Module& module = Module::get();
  std::vector<std::string> lines;
  std::array<char, kRoom> buffer;
  Reply reply;
  reply.status = module.sethostent(0);
  for (;;) {
    hostent result{};
    reply = Reply{};
    errno = kErrnoBefore;
    reply.status =
        module.gethostent(&result, buffer.data(), buffer.size(), &reply.error, &reply.h_error);
    reply.errno_after = errno;
    if (!reply.found()) break;
    take_hostent(reply, result);
    lines.push_back(reply.addresses.at(0) + " " + reply.name);
  }
  module.endhostent();
  if (last != nullptr) *last = reply;
  return lines;
}

}  // namespace liqo::test
