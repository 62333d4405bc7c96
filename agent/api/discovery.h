#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "agent/api/admission.h"
#include "agent/api/context.h"
#include "agent/api/figures.h"
#include "agent/api/permission.h"
#include "agent/varlink/service.h"

namespace liqo::api {

/// The methods of io.liqo.Discovery.
class Discovery {
 public:
  /// `counts` gives the server's own figures at the moment of the call.
  Discovery(Context context, Actions actions, OwnUser own_user, std::string version,
            std::function<ServerCounts()> counts);

  /// Its handlers refer to this object, which must outlive them.
  [[nodiscard]] varlink::Interface interface();
  /// Answered, ever.
  [[nodiscard]] std::uint64_t calls() const { return calls_; }
  /// At domains, under way now.
  [[nodiscard]] std::size_t looks() const { return looks_; }
  /// Of clusters, likewise.
  [[nodiscard]] std::size_t checks() const { return checks_; }

 private:
  using Answer = std::unique_ptr<varlink::Answer>;
  using Call = varlink::Call;
  using Caller = varlink::Caller;
  using Body = Answer (Discovery::*)(const Call&, const Caller&);
  enum class Access {
    kLookUp,   ///< for everyone, as often as they like
    kRead,     ///< for everyone, within callsPerSecond
    kControl,  ///< for who may control the agent, within callsPerSecond
  };

  void add(varlink::Interface& interface, const char* name, Access access, Body body,
           bool needs_more = false);

  Answer list(const Call& call, const Caller& caller);
  Answer get(const Call& call, const Caller& caller);
  Answer watch(const Call& call, const Caller& caller);
  Answer refresh(const Call& call, const Caller& caller);
  Answer report(const Call& call, const Caller& caller);
  Answer add_cluster(const Call& call, const Caller& caller);
  Answer remove(const Call& call, const Caller& caller);
  Answer trust(const Call& call, const Caller& caller);
  Answer check(const Call& call, const Caller& caller);
  Answer browse(const Call& call, const Caller& caller);
  Answer status(const Call& call, const Caller& caller);
  Answer metrics(const Call& call, const Caller& caller);

  /// What find() said of a reference, as an error of ours.
  [[nodiscard]] Answer not_found(const std::string& reference, const Error& error) const;
  /// Charges the caller for a call that costs more than a look-up.
  [[nodiscard]] bool may_afford(const Caller& caller);
  [[nodiscard]] Figures figures() const;
  [[nodiscard]] std::string cluster_text(const ClusterId& id) const;
  [[nodiscard]] std::string added_text(const Added& added) const;
  /// Begins `action` and answers with its outcome, or at once.
  Answer act(std::optional<ClusterId> cluster, bool wait, const Caller& caller,
             const std::function<void()>& action) const;

  Context context_;
  Actions actions_;
  OwnUser own_user_;
  std::string version_;
  std::function<ServerCounts()> counts_;
  CallBudget budget_;
  std::uint64_t calls_ = 0;
  std::size_t looks_ = 0;
  std::size_t checks_ = 0;
};

}  // namespace liqo::api
