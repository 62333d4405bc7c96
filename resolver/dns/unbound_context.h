#pragma once

#include <unbound.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <span>

#include "resolver/dns/name_server.h"
#include "resolver/dns/trust_anchors.h"
#include "resolver/loop/loop.h"
#include "resolver/loop/poll.h"
#include "resolver/result.h"
#include "resolver/wire/message.h"

namespace liqo::dns {

struct FreeUnboundResult {
  void operator()(ub_result* result) const { ub_resolve_free(result); }
};
using UnboundResult = std::unique_ptr<ub_result, FreeUnboundResult>;

/// A resolver by libunbound with a thread of its own, configured for us: it reads nothing from the
/// system, logs nothing, and where it forwards it keeps no answers, so that each question is asked
/// of the servers and shows what they say now.
class UnboundContext {
 public:
  /// Questions that it may have at once. They and their answers pass through two sockets of the
  /// kernel's default size (net.core.wmem_default, 208 KiB), which hold 70 questions of the longest
  /// names, and 139 answers, while nobody reads: neither side ever waits for the other, nor does
  /// the end of the thread, which discards what it could not write.
  static constexpr std::size_t kMaxQuestions = 64;

  /// Every question that was taken is answered so exactly once, unless the context goes first;
  /// `cell` is what it was asked with. Owns `result`, which is null where `status` is not 0.
  using Answered = void (*)(void* cell, int status, ub_result* result);

  /// `loop` must outlive it. Without servers it iterates from the root. `processed` is called after
  /// the answers of a turn.
  static Result<std::unique_ptr<UnboundContext>> create(loop::Loop& loop,
                                                        std::span<const TrustAnchor> anchors,
                                                        std::span<const NameServer> servers,
                                                        std::function<void()> processed);
  /// Returns at once: what is left to be done for its thread to end is done in the background.
  ~UnboundContext();
  UnboundContext(const UnboundContext&) = delete;
  UnboundContext& operator=(const UnboundContext&) = delete;

  /// There is no way back: libunbound cannot tell when a question that was cancelled is no longer
  /// its own, and so none is.
  Result<void> ask(const wire::Question& question, void* cell, Answered answered);

 private:
  struct Delete {
    void operator()(ub_ctx* context) const { ub_ctx_delete(context); }
  };
  using Handle = std::unique_ptr<ub_ctx, Delete>;

  UnboundContext(loop::Loop& loop, Handle context, std::function<void()> processed);
  void process();

  loop::Loop& loop_;
  Handle context_;
  std::function<void()> processed_;
  std::unique_ptr<loop::Poll> poll_;
};

}  // namespace liqo::dns
