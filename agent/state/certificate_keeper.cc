#include "agent/state/certificate_keeper.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "agent/state/whole_file.h"

namespace liqo::state {

CertificateKeeper::CertificateKeeper(loop::Loop& loop, Registry& registry, std::string directory)
    : loop_(loop),
      registry_(registry),
      directory_(std::move(directory)),
      writes_(std::make_shared<OrderedWrites>()),
      timer_(loop) {}

void CertificateKeeper::load() {
  auto read = read_certificates(directory_);
  if (read) {
    registry_.restore_certificates(*std::move(read));
    return;
  }
  if (read.error().code == Errc::kNotFound) return;
  const std::string path = directory_ + "/" + std::string(kCertificatesName);
  // Whatever is wrong with it, the next write does not replace it.
  const std::string aside = put_aside(path).said;
  if (read.error().code == Errc::kIo) {
    spdlog::warn("the certificates known before are lost: {}; {}", read.error().detail, aside);
    return;
  }
  spdlog::warn("ignoring {}: {}; {}", path, read.error().detail, aside);
}

void CertificateKeeper::look() {
  if (registry_.certificates_generation() == kept_ || work_ || timer_.armed()) return;
  timer_.arm(kSettle, [this] { write(); });
}

void CertificateKeeper::save(Saved saved) {
  waiting_.push_back(std::move(saved));
  if (!work_) timer_.arm(Duration::zero(), [this] { write(); });
}

void CertificateKeeper::save_and_wait() {
  timer_.cancel();
  work_.reset();
  const std::uint64_t generation = registry_.certificates_generation();
  if (generation == kept_) return;
  written(generation, writes_->write(generation, [this] {
    return write_certificates(directory_, registry_.certificates());
  }));
}

void CertificateKeeper::write() {
  const std::uint64_t generation = registry_.certificates_generation();
  const auto result = std::make_shared<Result<void>>();
  const auto book = std::make_shared<const CertificateBook>(registry_.certificates());
  const auto told = std::make_shared<std::vector<Saved>>(std::exchange(waiting_, {}));
  work_ = std::make_unique<loop::Work>(
      loop_,
      [writes = writes_, directory = directory_, book, generation, result] {
        *result = writes->write(generation, [&] { return write_certificates(directory, *book); });
      },
      [this, generation, result, told] {
        work_.reset();
        written(generation, *result);
        for (const Saved& saved : *told) saved(*result);
        if (!waiting_.empty()) {
          timer_.arm(Duration::zero(), [this] { write(); });
        } else if (!*result) {
          timer_.arm(kRetry, [this] { write(); });
        } else {
          look();
        }
      });
}

void CertificateKeeper::written(std::uint64_t generation, const Result<void>& result) {
  if (result) kept_ = generation;
  const std::string error = result ? std::string() : result.error().detail;
  if (!error.empty()) ++failed_;
  if (error == error_) return;
  if (error.empty()) {
    spdlog::info("certificates are kept in {} again", directory_);
  } else {
    spdlog::warn("{}; going on without, it is tried again", error);
  }
  error_ = error;
}

}  // namespace liqo::state
