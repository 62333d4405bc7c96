#include "agent/probe/https.h"

#include <cassert>
#include <list>
#include <optional>
#include <unordered_map>
#include <utility>

#include "agent/probe/connector.h"
#include "agent/probe/curl_library.h"
#include "agent/probe/curl_multi.h"
#include "agent/probe/exchange.h"
#include "resolver/dnssd/socket_address.h"
#include "resolver/loop/timer.h"
#include "resolver/memory.h"

namespace liqo::probe {
namespace {

/// So many exchanges without a pause leave more memory behind than one.
constexpr std::size_t kCrowd = 16;

std::string time_text(Duration time) {
  const auto count = time.count();
  return count % 1000 == 0 ? std::to_string(count / 1000) + " s" : std::to_string(count) + " ms";
}

class Asked;

class CurlHttps : public Https {
 public:
  using Queue = std::list<Asked*>;

  CurlHttps(loop::Loop& loop, const HttpsOptions& options) : loop_(loop), options_(options) {}
  ~CurlHttps() override {
    assert(in_flight_ == 0 && waiting_.empty() && "a question outlived what was asked");
  }

  Question get(HttpsRequest request, Done done) override;

  [[nodiscard]] loop::Loop& loop() { return loop_; }
  [[nodiscard]] const HttpsOptions& options() const { return options_; }

  /// False where there is no memory.
  bool run(const CurlLibrary& curl, CURL* easy, Asked& asked);
  void stop(CURL* easy);
  /// These make room for those that wait, or one less of them.
  void leave_flight();
  void leave_queue(Queue::iterator place) { waiting_.erase(place); }

 private:
  void begin_waiting();
  void rest();
  void on_finished(CURL* easy, CURLcode code);

  loop::Loop& loop_;
  HttpsOptions options_;
  std::size_t in_flight_ = 0;
  Queue waiting_;
  std::unordered_map<CURL*, Asked*> running_;
  std::unique_ptr<CurlMulti> multi_;  ///< while anything is in flight
  std::size_t ran_ = 0;               ///< by multi_
};

/// A question: it waits, then it connects, then it is an Exchange.
class Asked {
 public:
  Asked(CurlHttps& https, HttpsRequest request, Https::Done done)
      : https_(https),
        request_(std::move(request)),
        done_(std::move(done)),
        deadline_(https.loop()) {}
  ~Asked() { end(); }
  Asked(const Asked&) = delete;
  Asked& operator=(const Asked&) = delete;

  void wait(CurlHttps::Queue::iterator place) { place_ = place; }
  void begin();
  void on_exchanged(CURLcode code);

 private:
  enum class State { kWaiting, kUnderWay, kOver };

  void on_connected(Result<Connector::Connected> outcome);
  void on_deadline();
  void take_tls();
  void fail(Errc code, std::string what);
  /// Last in whatever calls it: done_ may destroy this.
  void tell();
  void end();
  [[nodiscard]] std::string place() const { return place_text(outcome_.address, request_.port); }

  CurlHttps& https_;
  HttpsRequest request_;
  Https::Done done_;
  State state_ = State::kWaiting;
  CurlHttps::Queue::iterator place_;
  BootTime since_;
  HttpsOutcome outcome_;
  std::unique_ptr<Connector> connector_;
  std::unique_ptr<Exchange> exchange_;
  loop::Timer deadline_;
};

void Asked::begin() {
  state_ = State::kUnderWay;
  since_ = BootClock::now();
  deadline_.arm(https_.options().time_limit, [this] { on_deadline(); });
  connector_ = std::make_unique<Connector>(
      https_.loop(), request_.addresses, request_.port,
      [this](Result<Connector::Connected> outcome) { on_connected(std::move(outcome)); });
}

void Asked::on_connected(Result<Connector::Connected> outcome) {
  connector_.reset();
  if (!outcome) return fail(outcome.error().code, outcome.error().detail);
  outcome_.stage = HttpsStage::kTls;
  outcome_.address = outcome->address;
  outcome_.connect_time = BootClock::now() - since_;
  const auto curl = CurlLibrary::load();
  if (!curl) return fail(Errc::kUnavailable, "no HTTPS here: " + curl.error().detail);
  exchange_ = Exchange::create(**curl, std::move(outcome->fd),
                               {request_.host, request_.port, request_.path, outcome_.address},
                               https_.options());
  if (exchange_ == nullptr || !https_.run(**curl, exchange_->easy(), *this)) {
    fail(Errc::kUnavailable, "no HTTPS here: libcurl cannot be set up");
  }
}

void Asked::on_exchanged(CURLcode code) {
  take_tls();
  if (code != CURLE_OK) {
    const Error error = exchange_->error(code);
    return fail(error.code, place() + ": " + error.detail);
  }
  outcome_.stage = HttpsStage::kDone;
  outcome_.body = exchange_->take_body();
  tell();
}

void Asked::take_tls() {
  if (exchange_ == nullptr || !exchange_->tls_since()) return;
  outcome_.stage = HttpsStage::kAnswer;
  outcome_.tls_time = *exchange_->tls_since() - since_;
  outcome_.fingerprint = exchange_->fingerprint();
  outcome_.status = exchange_->status();
}

void Asked::on_deadline() {
  take_tls();
  const std::string within = " within " + time_text(https_.options().time_limit);
  if (connector_ != nullptr) {
    return fail(Errc::kTimedOut, "no connection" + within + ": " + connector_->account());
  }
  const bool tls = outcome_.stage == HttpsStage::kAnswer;
  fail(Errc::kTimedOut, place() + (tls ? ": no whole answer" : ": no TLS") + within);
}

void Asked::fail(Errc code, std::string what) {
  outcome_.error = {code, std::move(what)};
  tell();
}

void Asked::tell() {
  outcome_.total_time = BootClock::now() - since_;
  const HttpsOutcome outcome = std::move(outcome_);
  const Https::Done done = std::move(done_);
  end();
  done(outcome);
}

void Asked::end() {
  const State state = std::exchange(state_, State::kOver);
  if (state == State::kWaiting) https_.leave_queue(place_);
  if (state != State::kUnderWay) return;
  deadline_.cancel();
  connector_.reset();
  if (exchange_ != nullptr) https_.stop(exchange_->easy());
  exchange_.reset();
  https_.leave_flight();
}

Https::Question CurlHttps::get(HttpsRequest request, Done done) {
  auto asked = std::make_shared<Asked>(*this, std::move(request), std::move(done));
  asked->wait(waiting_.insert(waiting_.end(), asked.get()));
  begin_waiting();
  return asked;
}

void CurlHttps::begin_waiting() {
  while (in_flight_ < options_.max_in_flight && !waiting_.empty()) {
    Asked& asked = *waiting_.front();
    waiting_.pop_front();
    ++in_flight_;
    asked.begin();
  }
}

void CurlHttps::leave_flight() {
  --in_flight_;
  begin_waiting();
  if (in_flight_ == 0) rest();
}

void CurlHttps::rest() {
  running_ = {};
  multi_.reset();
  // The pieces of some dozens of TLS sessions lie between those of others: without this megabytes
  // of them stay in the heap.
  if (std::exchange(ran_, 0) > kCrowd) give_back_memory();
}

bool CurlHttps::run(const CurlLibrary& curl, CURL* easy, Asked& asked) {
  if (multi_ == nullptr) {
    multi_ = CurlMulti::create(
        loop_, curl, [this](CURL* finished, CURLcode code) { on_finished(finished, code); });
  }
  if (multi_ == nullptr || !multi_->add(easy)) return false;
  running_.emplace(easy, &asked);
  ++ran_;
  return true;
}

void CurlHttps::stop(CURL* easy) {
  if (running_.erase(easy) != 0) multi_->remove(easy);
}

void CurlHttps::on_finished(CURL* easy, CURLcode code) {
  const auto found = running_.find(easy);
  if (found != running_.end()) found->second->on_exchanged(code);
}

}  // namespace

std::string_view to_string(HttpsStage stage) {
  switch (stage) {
    case HttpsStage::kConnect:
      return "connect";
    case HttpsStage::kTls:
      return "tls";
    case HttpsStage::kAnswer:
      return "answer";
    case HttpsStage::kDone:
      return "done";
  }
  return "unknown";
}

std::unique_ptr<Https> Https::create(loop::Loop& loop, HttpsOptions options) {
  return std::make_unique<CurlHttps>(loop, options);
}

}  // namespace liqo::probe
