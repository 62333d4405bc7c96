// libavahi-client and libavahi-core of Avahi 0.8 both export a function avahi_entry_group_free,
// each its own, and call it by that name: in a program with both, the dynamic linker hands one of
// them to both, and the other aborts. This one comes before either, and passes each call on to the
// library that it is meant for: libavahi-core's own calls to libavahi-core, all others, ours too,
// to libavahi-client.

#include <avahi-client/client.h>
#include <avahi-core/core.h>
#include <dlfcn.h>

#include <cstdlib>

namespace liqo::lan::helper {
namespace {

constexpr const char* kName = "avahi_entry_group_free";

/// A library, found by one of its functions that has no double.
class Library {
 public:
  explicit Library(const void* function) {
    Dl_info info{};
    if (::dladdr(function, &info) == 0) std::abort();
    base_ = info.dli_fbase;
    void* library = ::dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
    entry_group_free_ = library != nullptr ? ::dlsym(library, kName) : nullptr;
    if (entry_group_free_ == nullptr) std::abort();
  }

  [[nodiscard]] bool contains(const void* address) const {
    Dl_info info{};
    return ::dladdr(address, &info) != 0 && info.dli_fbase == base_;
  }
  template <class Function>
  [[nodiscard]] Function* entry_group_free() const {
    return reinterpret_cast<Function*>(entry_group_free_);
  }

 private:
  void* base_ = nullptr;
  void* entry_group_free_ = nullptr;
};

}  // namespace
}  // namespace liqo::lan::helper

extern "C" {

int liqo_avahi_entry_group_free(void* first, void* second) __asm__("avahi_entry_group_free");

/// libavahi-client's takes a group, libavahi-core's a server and a group.
int liqo_avahi_entry_group_free(void* first, void* second) {
  using liqo::lan::helper::Library;
  static const Library core(reinterpret_cast<const void*>(&avahi_server_new));
  static const Library client(reinterpret_cast<const void*>(&avahi_client_new));
  if (!core.contains(__builtin_return_address(0))) {
    return client.entry_group_free<int(void*)>()(first);
  }
  core.entry_group_free<void(void*, void*)>()(first, second);
  return 0;
}
}
