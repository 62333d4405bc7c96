#include "resolver/loop/read_quota.h"

#include <algorithm>
#include <new>

namespace liqo::loop {
namespace {

Handle<uv_check_t> open_check(uv_loop_t* loop) {
  auto handle = open_handle<uv_check_t>(
      "check", [loop](uv_check_t* plain) { return uv_check_init(loop, plain); });
  if (!handle) throw std::bad_alloc();
  return std::move(*handle);
}

}  // namespace

ReadQuota::ReadQuota(uv_loop_t* loop) : turns_(open_check(loop)) {
  turns_->data = this;
  uv_check_start(turns_.get(), [](uv_check_t* handle) {
    if (handle->data != nullptr) static_cast<ReadQuota*>(handle->data)->end_turn();
  });
  uv_unref(reinterpret_cast<uv_handle_t*>(turns_.get()));  // alone it keeps no loop running
}

std::size_t ReadQuota::take() {
  ++ready_;
  const std::size_t given = std::min(kPerTurn / expected_, left_);
  left_ -= given;
  return std::max<std::size_t>(given, 1);
}

void ReadQuota::end_turn() {
  expected_ = std::max<std::size_t>(ready_, 1);
  ready_ = 0;
  left_ = kPerTurn;
}

}  // namespace liqo::loop
