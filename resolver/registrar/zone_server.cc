#include "resolver/registrar/zone_server.h"

#include <algorithm>
#include <utility>

#include "resolver/dns/ares_transport.h"
#include "resolver/registrar/exchange.h"
#include "resolver/registrar/reader.h"
#include "resolver/registrar/words.h"

namespace liqo::registrar {

/// A job that waits for its turn, then runs. It must not outlive the server.
class ZoneServer::Task : public Job {
 public:
  explicit Task(ZoneServer& owner) : server(owner) {}
  ~Task() override {
    if (waits) server.waiting_.erase(place);
    if (runs) leave();
  }

  virtual void run() = 0;
  virtual void fail(const Error& error) = 0;

  void begin() {
    waits = false;
    runs = true;
    ++server.running_;
    run();
  }
  void leave() {
    runs = false;
    --server.running_;
    server.wake();
  }

  ZoneServer& server;
  bool waits = false;
  bool runs = false;
  Tasks::iterator place;
};

class ZoneServer::ReadTask final : public Task {
 public:
  ReadTask(ZoneServer& owner, Names names, HaveRead done)
      : Task(owner), names_(std::move(names)), done_(std::move(done)) {}

  void run() override {
    from_ = *server.server_;
    transport_ = server.transports_.back();
    reader_.emplace(*transport_, names_, [this](Result<Records> found) { have(std::move(found)); });
  }
  void fail(const Error& error) override { finish(error); }

 private:
  void have(Result<Records> found) {
    leave();
    if (!found) server.doubt(from_);
    finish(std::move(found));
  }
  void finish(Result<Records> found) {
    const HaveRead done = std::move(done_);
    done(std::move(found));
  }

  Names names_;
  HaveRead done_;
  dns::NameServer from_;
  std::shared_ptr<dns::Transport> transport_;  // outlives the reader's questions
  std::optional<Reader> reader_;
};

class ZoneServer::SendTask final : public Task {
 public:
  SendTask(ZoneServer& owner, Names names, const wire::Update& update, HaveSent done)
      : Task(owner),
        names_(std::move(names)),
        message_(wire::build_update(update, wire::random_id())),
        done_(std::move(done)) {}

  void run() override {
    to_ = *server.server_;
    key_ = server.options_.key;
    key_file_ = server.options_.key_file;
    over_tcp_ = server.over_tcp_;
    exchange_ = Exchange::begin(server.loop_, to_, std::move(message_), key_, over_tcp_,
                                [this](const Result<Answer>& answer) { have(answer); });
  }
  void fail(const Error& error) override {
    finish({.kind = Outcome::Kind::kLost, .error = error.detail});
  }

 private:
  void have(const Result<Answer>& answer) {
    leave();
    if (!answer) {
      if (server.server_ == to_) server.over_tcp_ = !over_tcp_;
      server.doubt(to_);
      return fail(answer.error());
    }
    const auto now =
        std::chrono::duration_cast<std::chrono::seconds>(read_clocks().wall.time_since_epoch());
    Outcome outcome = outcome_of(*answer, {.server = to_string(to_),
                                           .key_file = key_file_,
                                           .key = key_,
                                           .names = names_,
                                           .now = static_cast<std::uint64_t>(now.count())});
    if (outcome.kind == Outcome::Kind::kRefused) server.doubt(to_);
    finish(std::move(outcome));
  }
  void finish(Outcome outcome) {
    const HaveSent done = std::move(done_);
    done(std::move(outcome));
  }

  Names names_;
  std::string message_;
  HaveSent done_;
  dns::NameServer to_;
  wire::TsigKey key_;
  std::string key_file_;
  bool over_tcp_ = false;
  std::unique_ptr<Exchange> exchange_;
};

ZoneServer::ZoneServer(loop::Loop& loop, ZoneOptions options, System system)
    : loop_(loop), options_(std::move(options)), system_(std::move(system)), turn_(loop) {}

ZoneServer::~ZoneServer() = default;

void ZoneServer::configure(const ZoneOptions& options) {
  const bool moved = options.server != options_.server;
  options_ = options;
  if (!moved) return;
  server_.reset();
  candidates_.clear();
  finder_.reset();
  wake();
}

std::unique_ptr<Primary::Job> ZoneServer::read(const Names& names, HaveRead done) {
  return enqueue(std::make_unique<ReadTask>(*this, names, std::move(done)));
}

std::unique_ptr<Primary::Job> ZoneServer::send(const Names& names, const wire::Update& update,
                                               HaveSent done) {
  return enqueue(std::make_unique<SendTask>(*this, names, update, std::move(done)));
}

std::unique_ptr<Primary::Job> ZoneServer::enqueue(std::unique_ptr<Task> task) {
  task->waits = true;
  task->place = waiting_.insert(waiting_.end(), task.get());
  wake();
  return task;
}

void ZoneServer::wake() {
  if (!turn_.armed()) turn_.arm(Duration::zero(), [this] { run(); });
}

/// From a turn of its own: here transports may go.
void ZoneServer::run() {
  if (std::exchange(doubted_, false) && !options_.server) {
    server_.reset();
    if (!candidates_.empty()) use(candidates_.back());
  }
  if (waiting_.empty()) return;
  if (!server_ && options_.server) use(*options_.server);
  if (!server_) return find();
  while (!waiting_.empty() && running_ < kMaxInFlight) {
    Task* task = waiting_.front();
    waiting_.pop_front();
    task->begin();
  }
}

void ZoneServer::find() {
  if (finder_) return;
  finder_ = std::make_unique<Finder>(system_(), options_.zone,
                                     [this](Result<std::vector<dns::NameServer>> found) {
                                       const auto finder = std::move(finder_);
                                       if (!found) return fail_waiting(found.error());
                                       // The first is used first: they are taken from the back.
                                       candidates_.assign(found->rbegin(), found->rend());
                                       use(candidates_.back());
                                       wake();
                                     });
}

void ZoneServer::use(const dns::NameServer& server) {
  if (!candidates_.empty() && candidates_.back() == server) candidates_.pop_back();
  server_ = server;
  dns::AresOptions ares;
  ares.servers = {server};
  std::erase_if(transports_, [](const auto& transport) { return transport.use_count() == 1; });
  transports_.push_back(dns::create_ares_transport(loop_, std::move(ares)));
}

void ZoneServer::fail_waiting(const Error& error) {
  // What is begun meanwhile waits for another attempt.
  for (std::size_t count = waiting_.size(); count > 0 && !waiting_.empty(); --count) {
    Task* task = waiting_.front();
    waiting_.pop_front();
    task->waits = false;
    task->fail(error);
  }
}

void ZoneServer::doubt(const dns::NameServer& server) {
  if (server_ != server) return;
  doubted_ = true;
  wake();
}

}  // namespace liqo::registrar
