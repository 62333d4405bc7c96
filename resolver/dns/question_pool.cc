#include "resolver/dns/question_pool.h"

#include <algorithm>
#include <utility>

namespace liqo::dns {

/// A question that waits, or is under way.
class QuestionPool::Lane::Ticket final : public Transport::Query {
 public:
  Ticket(Door& door, wire::Question question, Transport::Done done)
      : door_(door), question_(std::move(question)), done_(std::move(done)) {}
  ~Ticket() override;

  void send(std::shared_ptr<Transport> target);

  std::list<Ticket*>::iterator place;  ///< while it waits

 private:
  void answered(Reply reply);

  Door& door_;
  wire::Question question_;
  Transport::Done done_;
  enum class State { kWaiting, kUnderWay, kOver } state_ = State::kWaiting;
  std::shared_ptr<Transport> target_;
  std::unique_ptr<Transport::Query> query_;  // gone before the transport: declared after it
};

/// One of the two transports of a lane.
class QuestionPool::Lane::Door final : public Transport {
 public:
  Door(Lane& owner, std::size_t most) : lane(owner), max_in_flight(most) {}

  [[nodiscard]] std::unique_ptr<Query> ask(const wire::Question& question, Done done) override {
    auto ticket = std::make_unique<Ticket>(*this, question, std::move(done));
    ticket->place = waiting.insert(waiting.end(), ticket.get());
    ++lane.pool_.waiting_;
    lane.send_one();  // other lanes have no more room than they had
    return ticket;
  }

  Lane& lane;
  std::size_t max_in_flight;
  std::size_t in_flight = 0;
  std::list<Ticket*> waiting;
};

QuestionPool::Lane::Ticket::~Ticket() {
  if (state_ == State::kWaiting) {
    door_.waiting.erase(place);
    --door_.lane.pool_.waiting_;
  }
  if (state_ == State::kUnderWay) {
    query_.reset();
    door_.lane.ended(door_);
  }
}

void QuestionPool::Lane::Ticket::send(std::shared_ptr<Transport> target) {
  state_ = State::kUnderWay;
  target_ = std::move(target);
  query_ = target_->ask(question_, [this](Reply reply) { answered(std::move(reply)); });
}

void QuestionPool::Lane::Ticket::answered(Reply reply) {
  state_ = State::kOver;
  Lane& lane = door_.lane;
  Door& door = door_;
  // On the stack: whoever is told may destroy this ticket.
  const Transport::Done done = std::move(done_);
  done(std::move(reply));
  lane.ended(door);
}

QuestionPool::Lane::Lane(QuestionPool& pool, std::shared_ptr<Transport> target)
    : pool_(pool),
      target_(std::move(target)),
      asks_(std::make_unique<Door>(*this, kMaxInFlightPerDomain)),
      retries_(std::make_unique<Door>(*this, kMaxRetriesPerDomain)) {
  pool_.enter(*this);
}

QuestionPool::Lane::~Lane() { pool_.leave(*this); }

Transport& QuestionPool::Lane::asks() { return *asks_; }
Transport& QuestionPool::Lane::retries() { return *retries_; }

bool QuestionPool::Lane::send_one() {
  if (closed_ || in_flight_ >= kMaxInFlightPerDomain || !pool_.has_place(*this)) return false;
  // Retries have few places, but those first: there may be something else to ask all the time.
  for (Door* door : {retries_.get(), asks_.get()}) {
    if (door->waiting.empty() || door->in_flight >= door->max_in_flight) continue;
    Ticket* ticket = door->waiting.front();
    door->waiting.pop_front();
    --pool_.waiting_;
    ++door->in_flight;
    if (++in_flight_ > pool_.own_places_) ++pool_.shared_;
    ++pool_.in_flight_;
    ticket->send(target_);
    return true;
  }
  return false;
}

void QuestionPool::Lane::ended(Door& door) {
  --door.in_flight;
  if (in_flight_-- > pool_.own_places_) --pool_.shared_;
  --pool_.in_flight_;
  pool_.pump();
}

void QuestionPool::enter(Lane& lane) {
  lanes_.push_back(&lane);
  share_out();
}

void QuestionPool::leave(Lane& lane) {
  std::erase(lanes_, &lane);
  turn_ = 0;
  share_out();
  pump();  // its own places are free for all
}

void QuestionPool::share_out() {
  const std::size_t lanes = std::max<std::size_t>(lanes_.size(), 1);
  own_places_ = std::clamp<std::size_t>(kMaxInFlight / lanes, 1, kOwnPlaces);
  shared_ = 0;
  for (const Lane* lane : lanes_) {
    shared_ += lane->in_flight_ - std::min(lane->in_flight_, own_places_);
  }
}

bool QuestionPool::has_place(const Lane& lane) const {
  if (in_flight_ >= kMaxInFlight) return false;
  return lane.in_flight_ < own_places_ || shared_ + lanes_.size() * own_places_ < kMaxInFlight;
}

/// Most of the time nothing waits, or all places are taken: then no lane is looked at.
void QuestionPool::pump() {
  std::size_t idle = 0;
  while (waiting_ > 0 && in_flight_ < kMaxInFlight && idle < lanes_.size()) {
    turn_ = (turn_ + 1) % lanes_.size();
    idle = lanes_[turn_]->send_one() ? 0 : idle + 1;
  }
}

}  // namespace liqo::dns
