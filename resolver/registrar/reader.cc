#include "resolver/registrar/reader.h"

#include <utility>

#include "resolver/dns/answer.h"

namespace liqo::registrar {
namespace {

/// Why an answer tells nothing of the zone; empty where it does.
std::string why_useless(const dns::Answer& answer, const dns::Reply& reply) {
  const std::string server = reply.server ? to_string(*reply.server) + ": " : "";
  if (answer.kind == dns::Answer::Kind::kFailed) return answer.error;
  if (!reply.message->header.authoritative) {
    return server + "it is not authoritative for the zone: name its primary server";
  }
  if (answer.kind == dns::Answer::Kind::kAlias || answer.aliases > 0) {
    return server + "there is a CNAME record already";
  }
  return {};
}

}  // namespace

Reader::Reader(dns::Transport& transport, const Names& names, Primary::HaveRead done)
    : done_(std::move(done)) {
  ask(transport, names.instance, RecordType::kTxt, records_.txt);
  ask(transport, names.instance, RecordType::kSrv, records_.srv);
  ask(transport, names.host, RecordType::kA, records_.a);
  ask(transport, names.host, RecordType::kAaaa, records_.aaaa);
}

void Reader::ask(dns::Transport& transport, const DomainName& name, RecordType type,
                 std::vector<std::string>& into) {
  wire::Question question;
  question.name = name;
  question.type = static_cast<std::uint16_t>(type);
  ++pending_;
  queries_.push_back(transport.ask(question, [this, question, &into](const dns::Reply& reply) {
    answered(question, reply, into);
  }));
}

void Reader::answered(const wire::Question& question, const dns::Reply& reply,
                      std::vector<std::string>& into) {
  const dns::Answer answer = dns::read_answer(question, reply);
  if (auto why = why_useless(answer, reply); !why.empty()) {
    error_ = question.name.to_string() + ": " + why;
  } else {
    into.assign(answer.rdata.begin(), answer.rdata.end());
  }
  if (--pending_ > 0) return;
  // On the stack: it may destroy this.
  const Primary::HaveRead done = std::move(done_);
  if (!error_.empty()) return done(Error{Errc::kUnavailable, std::move(error_)});
  done(std::move(records_));
}

}  // namespace liqo::registrar
